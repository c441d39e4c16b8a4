package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.assertj.core.data.Offset;

/**
 * Random programs in which values are used any number of times: a list of steps, each an operation on earlier values. Every element
 * goes its own way, so that Commons Math can compute the same program number by number.
 */
class GraphProperties {
    private static final int STEPS = 25;
    private static final int INPUTS = 3;
    private static final int ELEMENTS = 4;

    /** In ε: up to 25 steps with derivatives below 10 amplify roundings to about 5,000 ε of the largest derivative. */
    private static final double ROUNDINGS = 45_000;

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void derivativesEqualForwardMode(@ForAll DType dtype, @ForAll @IntRange(max = 199) int seed) {
        List<Tensor> at = inputs(seed, dtype);
        List<Tensor> first = Grad.gradient(in -> last(program(seed, in)).sum(), at);
        List<Tensor> second = Grad.gradient(
                x -> Grad.gradient(in -> last(program(seed, in)).sum(), x)
                        .get(0)
                        .sum(),
                at);
        for (int element = 0; element < ELEMENTS; element++) {
            int position = element;
            List<DerivativeStructure> numbers = IntStream.range(0, INPUTS)
                    .mapToObj(
                            i -> new DerivativeStructure(INPUTS, 2, i, at.get(i).get(position)))
                    .toList();
            DerivativeStructure result = forward(seed, numbers);
            double largest = 1;
            for (double derivative : result.getAllDerivatives()) {
                largest = Math.max(largest, Math.abs(derivative));
            }
            for (int i = 0; i < INPUTS; i++) {
                int[] orders = new int[INPUTS];
                orders[i]++;
                assertClose(first.get(i).get(element), result.getPartialDerivative(orders), dtype.epsilon() * largest);
                orders[0]++;
                assertClose(second.get(i).get(element), result.getPartialDerivative(orders), dtype.epsilon() * largest);
            }
        }
    }

    /** Sweeps, recorded or not, change no value on the tape, and give the same gradients every time. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void sweepsChangeNothing(@ForAll DType dtype, @ForAll @IntRange(max = 49) int seed) {
        Tape tape = new Tape();
        List<Tensor> watched = inputs(seed, dtype).stream().map(tape::watch).toList();
        List<Tensor> values = program(seed, watched);
        Tensor dy = inputs(seed + 1000, dtype).get(0);
        values.add(dy);
        List<double[]> before = values.stream().map(Tensor::toArray).toList();
        Tensor result = values.get(values.size() - 2);
        Gradients gradients = tape.backward(result, dy);
        tape.backwardRecorded(result, dy);
        Gradients again = tape.backward(result, dy);
        for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i).toArray()).isEqualTo(before.get(i));
        }
        for (Tensor x : watched) {
            assertThat(again.of(x).toArray()).isEqualTo(gradients.of(x).toArray());
        }
    }

    private static List<Tensor> inputs(int seed, DType dtype) {
        Draws draws = new Draws(seed, "inputs", dtype);
        return IntStream.range(0, INPUTS)
                .mapToObj(i -> draws.tensor(Operations.NONZERO, ELEMENTS))
                .toList();
    }

    /** All values of the program, in order. */
    private static List<Tensor> program(int seed, List<Tensor> inputs) {
        Draws draws = new Draws(seed, "program");
        List<Tensor> values = new ArrayList<>(inputs);
        for (int step = 0; step < STEPS; step++) {
            int kind = draws.between(0, 9);
            Tensor x = values.get(draws.between(0, values.size() - 1));
            Tensor y = values.get(draws.between(0, values.size() - 1));
            values.add(apply(kind, x, y));
        }
        return values;
    }

    private static DerivativeStructure forward(int seed, List<DerivativeStructure> inputs) {
        Draws draws = new Draws(seed, "program");
        List<DerivativeStructure> values = new ArrayList<>(inputs);
        for (int step = 0; step < STEPS; step++) {
            int kind = draws.between(0, 9);
            DerivativeStructure x = values.get(draws.between(0, values.size() - 1));
            DerivativeStructure y = values.get(draws.between(0, values.size() - 1));
            values.add(apply(kind, x, y));
        }
        return values.get(values.size() - 1);
    }

    private static Tensor apply(int kind, Tensor x, Tensor y) {
        return switch (kind) {
            case 0 -> x.add(y);
            case 1 -> x.sub(y);
            case 2 -> x.mul(y).tanh();
            case 3 -> x.div(y.square().add(1));
            case 4 -> x.sin();
            case 5 -> x.neg().sigmoid();
            case 6 -> Tensor.stack(0, x, y).sum(0);
            case 7 ->
                Tensor.concat(0, x.slice(0, 0, 1), y.slice(0, 1, ELEMENTS))
                        .add(Tensor.concat(0, y.slice(0, 0, 1), x.slice(0, 1, ELEMENTS)));
            case 8 ->
                Tensor.concat(
                        0, x.unstack(0).stream().map(part -> part.expandDims(0)).toList());
            default ->
                x.reshape(2, -1)
                        .transpose()
                        .flip()
                        .transpose()
                        .flip()
                        .reshape(-1)
                        .mul(y.detach());
        };
    }

    private static DerivativeStructure apply(int kind, DerivativeStructure x, DerivativeStructure y) {
        return switch (kind) {
            case 0, 6, 7 -> x.add(y);
            case 1 -> x.subtract(y);
            case 2 -> x.multiply(y).tanh();
            case 3 -> x.divide(y.multiply(y).add(1));
            case 4 -> x.sin();
            case 5 -> x.exp().add(1).reciprocal();
            case 8 -> x;
            default -> x.multiply(y.getValue());
        };
    }

    private static Tensor last(List<Tensor> values) {
        return values.get(values.size() - 1);
    }

    private static void assertClose(double actual, double expected, double scale) {
        assertThat(actual).isCloseTo(expected, Offset.offset(ROUNDINGS * scale));
    }
}

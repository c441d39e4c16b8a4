package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.check.jqwik.Generators.programs;
import static rewind.autograd.check.jqwik.Generators.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.assertj.core.data.Offset;
import rewind.autograd.check.jqwik.ProgramArbitrary;
import rewind.autograd.check.jqwik.RandomProgram;
import rewind.autograd.check.jqwik.Step;
import rewind.autograd.fixture.Draws;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Scalar;
import rewind.autograd.fixture.Operations;
import rewind.autograd.fixture.Tolerance;

/** What holds for sweeps over random programs in which values are used any number of times. */
class GraphProperties {
    private static final int ELEMENTS = 4;

    /** In ε: steps with derivatives up to 30 amplify roundings to about 5,000 ε of the largest derivative. */
    private static final double ROUNDINGS = 45_000;

    /** The elementwise operations, as functions of numbers. */
    private static final Map<String, Scalar> ELEMENTWISE = Operations.all().stream()
            .filter(row -> row.signature().matches("\\w+\\((Tensor(, Tensor)*)?\\)"))
            .filter(row -> row.call(0, DType.FLOAT64).scalar() != null)
            .collect(Collectors.toMap(
                    Operation::signature, row -> row.call(0, DType.FLOAT64).scalar()));

    /** Every element goes its own way, so that Commons Math can compute the same program number by number. */
    @Property(tries = 400)
    void derivativesEqualForwardMode(@ForAll("elementwise") RandomProgram program) {
        List<Tensor> at = program.inputs();
        DType dtype = at.get(0).dtype();
        List<Tensor> first = Grad.gradient(in -> program.apply(in).sum(), at);
        List<Tensor> second = Grad.gradient(
                x -> Grad.gradient(in -> program.apply(in).sum(), x).get(0).sum(), at);
        int n = at.size();
        for (int element = 0; element < ELEMENTS; element++) {
            int position = element;
            List<DerivativeStructure> numbers = IntStream.range(0, n)
                    .mapToObj(i -> new DerivativeStructure(n, 2, i, at.get(i).get(position)))
                    .toList();
            DerivativeStructure result = forward(program, numbers);
            double largest = Tolerance.scale(result.getAllDerivatives());
            for (int i = 0; i < n; i++) {
                int[] orders = new int[n];
                orders[i]++;
                assertClose(first.get(i).get(element), result.getPartialDerivative(orders), dtype.epsilon() * largest);
                orders[0]++;
                assertClose(second.get(i).get(element), result.getPartialDerivative(orders), dtype.epsilon() * largest);
            }
        }
    }

    /** Sweeps, recorded or not, change no value on the tape, and give the same gradients every time. */
    @Property(tries = 100)
    void sweepsChangeNothing(@ForAll("any") RandomProgram program) {
        Tape tape = new Tape();
        List<Tensor> watched = program.inputs().stream().map(tape::watch).toList();
        List<Tensor> values = new ArrayList<>(program.values(watched));
        Tensor result = values.get(values.size() - 1);
        Tensor dy = cotangent(result);
        values.add(dy);
        List<double[]> before = values.stream().map(Tensor::toArray).toList();
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

    /** A sweep in borrowed memory, with sums in place, gives what the recorded one gives, which does none of that. */
    @Property(tries = 300)
    void bothSweepsGiveTheSameGradients(@ForAll("sharing") RandomProgram program) {
        UnaryOperator<Tensor> loss = y -> y.square().sum();
        Tape plain = new Tape();
        List<Tensor> at = program.inputs().stream().map(plain::watch).toList();
        Gradients inPlace = plain.backward(sumOfAll(program, at, loss));
        Tape recording = new Tape();
        List<Tensor> there = program.inputs().stream().map(recording::watch).toList();
        Gradients recorded = recording.backwardRecorded(sumOfAll(program, there, loss));
        for (int i = 0; i < at.size(); i++) {
            double[] expected = recorded.of(there.get(i)).toArray();
            double[] actual = inPlace.of(at.get(i)).toArray();
            double rounding = ROUNDINGS * at.get(i).dtype().epsilon() * Tolerance.scale(expected);
            assertThat(actual).as("input %s", i).containsExactly(expected, Offset.offset(rounding));
        }
    }

    /** Every third value counts, so that the cotangents of many arrive from several sides. */
    private static Tensor sumOfAll(RandomProgram program, List<Tensor> in, UnaryOperator<Tensor> loss) {
        List<Tensor> values = program.values(in);
        Tensor sum = loss.apply(values.get(values.size() - 1));
        for (int i = 0; i < values.size() - 1; i += 3) {
            sum = sum.add(loss.apply(values.get(i)));
        }
        return sum;
    }

    @Provide
    Arbitrary<RandomProgram> elementwise() {
        return ofBothTypes(programs()
                .operations(ELEMENTWISE::containsKey)
                .shapes(shapes().ranks(1, 1).sizes(4, 4)));
    }

    @Provide
    Arbitrary<RandomProgram> any() {
        return ofBothTypes(programs());
    }

    /** Long ones, of what is done in place, or shares memory. */
    @Provide
    Arbitrary<RandomProgram> sharing() {
        return ofBothTypes(programs()
                .steps(25)
                .shapes(shapes().ranks(2, 2).sizes(4, 6))
                .operations(signature -> signature.matches(
                        "(tanh|sigmoid|mul|sub|add|mul|matmul|transpose|slice|select|unstack|split|concat|"
                                + "reshape|expandDims|pad|gather)\\((?!double).*")));
    }

    private static Arbitrary<RandomProgram> ofBothTypes(ProgramArbitrary programs) {
        return Arbitraries.of(DType.values()).flatMap(programs::ofType);
    }

    private static DerivativeStructure forward(RandomProgram program, List<DerivativeStructure> inputs) {
        List<DerivativeStructure> values = new ArrayList<>(inputs);
        for (Step step : program.steps()) {
            List<DerivativeStructure> operands =
                    step.operands().stream().map(values::get).toList();
            values.add(ELEMENTWISE.get(step.operation()).apply(operands));
        }
        return values.get(values.size() - 1);
    }

    private static Tensor cotangent(Tensor value) {
        return new Draws(1, "cotangent", value.dtype())
                .tensor(Operations.NONZERO, value.shape().toArray());
    }

    private static void assertClose(double actual, double expected, double scale) {
        assertThat(actual).isCloseTo(expected, Offset.offset(ROUNDINGS * scale));
    }
}

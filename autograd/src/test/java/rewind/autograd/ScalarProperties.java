package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.assertj.core.data.Offset;
import rewind.autograd.fixture.Checks;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;

/** Elementwise functions with all first and second derivatives, against Commons Math's forward mode, which is exact. */
class ScalarProperties {
    /**
     * In ε, relative; but where terms of size 1 cancel to less than 1e-3, a few roundings of the terms are allowed. On the table's
     * domains both sides lose less than 500 ε in forms like 1 − tanh².
     */
    private static final double ROUNDINGS = 4500;

    private static final double CANCELLED = 1e-3;

    @Property(generation = GenerationMode.EXHAUSTIVE)
    @Checks(orders = {0, 1, 2})
    void derivativesEqualForwardMode(
            @ForAll("elementwise") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 19) int seed) {
        Call call = row.call(seed, dtype);
        Shape shape = call.value().shape();
        List<Tensor> inputs =
                call.inputs().stream().map(x -> x.broadcastTo(shape)).toList();
        List<Tensor> kinds = derivatives(call.function(), inputs);
        for (int element = 0; element < shape.size(); element++) {
            double[] expected = derivatives(call, inputs, element);
            assertThat(kinds).hasSize(expected.length);
            for (int kind = 0; kind < expected.length; kind++) {
                assertThat(kinds.get(kind).toArray()[element])
                        .as("element %s, derivative %s", element, kind)
                        .isCloseTo(
                                expected[kind],
                                Offset.offset(
                                        ROUNDINGS * dtype.epsilon() * Math.max(CANCELLED, Math.abs(expected[kind]))));
            }
        }
    }

    @Provide
    Arbitrary<Operation> elementwise() {
        return Arbitraries.of(Operations.differentiable().stream()
                .filter(row -> row.call(0, DType.FLOAT64).scalar() != null)
                .toList());
    }

    /** The value, then ∂f/∂x_j for every j, then ∂²f/∂x_j∂x_k for every j and k. */
    private static List<Tensor> derivatives(Function<List<Tensor>, Tensor> f, List<Tensor> inputs) {
        List<Tensor> all = new ArrayList<>(List.of(f.apply(inputs)));
        Function<List<Tensor>, Tensor> sum = in -> f.apply(in).sum();
        all.addAll(Grad.gradient(sum, inputs));
        for (int j = 0; j < inputs.size(); j++) {
            int first = j;
            all.addAll(Grad.gradient(in -> Grad.gradient(sum, in).get(first).sum(), inputs));
        }
        return all;
    }

    /** The same for one element. */
    private static double[] derivatives(Call call, List<Tensor> inputs, int element) {
        int n = inputs.size();
        DerivativeStructure y = call.scalar()
                .apply(IntStream.range(0, n)
                        .mapToObj(j ->
                                new DerivativeStructure(n, 2, j, inputs.get(j).toArray()[element]))
                        .toList());
        IntStream first = IntStream.range(0, n);
        IntStream second = IntStream.range(0, n * n);
        return Stream.of(
                        DoubleStream.of(y.getValue()),
                        first.mapToDouble(j -> y.getPartialDerivative(orders(n, j))),
                        second.mapToDouble(jk -> y.getPartialDerivative(orders(n, jk / n, jk % n))))
                .flatMapToDouble(each -> each)
                .toArray();
    }

    private static int[] orders(int n, int... variables) {
        int[] orders = new int[n];
        for (int variable : variables) {
            orders[variable]++;
        }
        return orders;
    }
}

package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Losses.meanSquaredError;

import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Near;

/** Mean squared error against its formula and against EpyNN's recorded values. */
class MeanSquaredErrorTest {
    private static final Near NEAR = Near.within(1e-13, 1e-16);

    /** Σ(Y − A)²/n per sample, and −2(Y − A)/n, for samples of any rank. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void meanSquaredErrorByTheTable(
            @ForAll @IntRange(min = 1, max = 3) int rank,
            @ForAll @IntRange(min = 1, max = 5) int m,
            @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        int[] sizes = {m, 1 + rng.nextInt(4), 1 + rng.nextInt(4)};
        Shape shape = rank == 1 ? Shape.of(m) : rank == 2 ? Shape.of(m, sizes[1]) : Shape.of(sizes);
        int n = shape.size() / m;
        Tape tape = new Tape();
        Tensor A = tape.watch(Tensor.randn(rng, shape.toArray()));
        Tensor Y = Tensor.randn(rng, shape.toArray());

        double[] values = new double[m];
        double[] gradient = new double[shape.size()];
        for (int i = 0; i < gradient.length; i++) {
            double difference = Y.toArray()[i] - A.toArray()[i];
            values[i / n] += difference * difference / n;
            gradient[i] = -2 * difference / n;
        }

        Tensor perSample = meanSquaredError().perSample(A, Y);
        NEAR.verify("per sample", perSample, Tensor.of(values));
        NEAR.verify("dA", tape.backward(perSample.sum()).of(A), Tensor.of(shape, gradient));
        NEAR.verify("mean", meanSquaredError().of(A, Y), Tensor.of(values).mean());
    }

    static List<Map<String, Object>> recorded() {
        List<Map<String, Object>> losses =
                Json.objects(Json.resource("golden/functions.json").get("losses"));
        return losses.stream().filter(item -> item.get("loss").equals("MSE")).toList();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void meanSquaredErrorAsRecorded(Map<String, Object> item) {
        Tape tape = new Tape();
        Tensor A = tape.watch(Json.tensor(item.get("A")));

        Tensor perSample = meanSquaredError().perSample(A, Json.tensor(item.get("Y")));

        NEAR.verify("per sample", perSample, Json.tensor(item.get("loss_per_sample")));
        NEAR.verify("dA", tape.backward(perSample.sum()).of(A), Json.tensor(item.get("dA")));
    }

    @Test
    void recordsAreThere() {
        assertThat(recorded()).hasSize(6);
    }

    @Test
    void gradientsWithRespectToBoth() {
        RandomGenerator rng = new Well19937c(3);
        GradientCheck.of((output, target) -> meanSquaredError().of(output, target))
                .named("mean squared error")
                .inputNames("output", "target")
                .at(Tensor.randn(rng, 3, 2, 2), Tensor.randn(rng, 3, 2, 2))
                .secondOrder()
                .verify();
    }

    @Test
    void lossOfAUser() {
        Loss absolute = (output, target) -> output.sub(target).abs().sum(1);

        assertThat(absolute.of(Tensor.of(new double[][] {{1, 2}, {3, 4}}), Tensor.of(new double[][] {{0, 0}, {3, 5}}))
                        .toDouble())
                .isEqualTo(2);
    }
}

package rewind.nn.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.*;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.*;
import static rewind.nn.Schedules.*;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Parameters;

/** Updates of any loss: those of training, continued to the same bits. */
class DescentTest {
    private static final List<Optimizer> RULES =
            List.of(sgd(0.1), sgd(0.1).momentum(0.9), adagrad(0.1), adadelta(), rmsprop(0.01), adam(0.01), adamw(0.01));

    private static void assertSameBits(Parameters one, Parameters other) {
        assertThat(one.flatten().toArray()).isEqualTo(other.flatten().toArray());
    }

    private static final BiFunction<Parameters, List<Tensor>, Tensor> REGRESSION = (p, in) -> in.get(0)
            .matmul(p.get("w"))
            .add(p.get("b"))
            .tanh()
            .sub(in.get(1))
            .square()
            .mean();

    private static Parameters start(long seed) {
        Well19937c rng = new Well19937c(seed);
        return Parameters.of(Map.of("w", Tensor.randn(rng, 3, 2), "b", Tensor.randn(rng, 2)));
    }

    /** What {@link Training} does of one batch an epoch. */
    @ParameterizedTest
    @EnumSource(DType.class)
    void updatesAreThoseOfTraining(DType dtype) {
        Well19937c rng = new Well19937c(4);
        Dataset data = new Dataset(Tensor.randn(rng, 6, 3, 2), Tensor.randn(rng, 6, 1)).to(dtype);
        Model model = Model.build(Sequential.of(gru(3), dense(1)), Shape.of(3, 2), 5, dtype);
        Parameters first = model.parameters();
        DescentRun run = adam(0.01)
                .updates(25)
                .schedule(cosine())
                .clipValue(0.2)
                .clipNorm(0.3)
                .start((p, in) -> meanSquaredError().of(model.forward(p, in.get(0)), in.get(1)), first);
        double[] losses = new double[25];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = run.step(data.x(), data.y());
        }
        var history = Training.of(model)
                .optimizer(adam(0.01))
                .schedule(cosine())
                .clipValue(0.2)
                .clipNorm(0.3)
                .epochs(25)
                .batchSize(6)
                .shuffle(false)
                .fit(data);
        assertSameBits(run.parameters(), model.parameters());
        assertThat(losses[24]).isCloseTo(history.epochs().get(24).loss(), within(1e-7));
        assertThat(run.updates()).isEqualTo(25);
        assertThat(run.value()).isEqualTo(losses[24]);
    }

    @Property(tries = 14)
    void whatIsContinuedEndsWithTheSameBits(
            @ForAll @IntRange(max = 6) int rule, @ForAll @IntRange(max = 30) int before, @ForAll long seed)
            throws IOException {
        Descent descent = RULES.get(rule).updates(30).schedule(exponential(0.1)).clipNorm(1);
        Well19937c rng = new Well19937c(seed);
        Tensor x = Tensor.randn(rng, 30, 4, 3);
        Tensor y = Tensor.randn(rng, 30, 4, 2);
        DescentRun whole = descent.start(REGRESSION, start(seed));
        DescentRun first = descent.start(REGRESSION, start(seed));
        DescentRun second = descent.start(REGRESSION, start(seed + 1));
        for (int i = 0; i < 30; i++) {
            Tensor[] data = {x.select(0, i), y.select(0, i)};
            whole.step(data);
            if (i < before) {
                first.step(data);
            }
            if (i == before) {
                second.resume(first.toBytes());
            }
            if (i >= before) {
                second.step(data);
            }
        }
        if (before < 30) {
            assertSameBits(second.parameters(), whole.parameters());
            assertSameBits(second.gradient(), whole.gradient());
            assertThat(second.value()).isEqualTo(whole.value());
        }
    }

    @Test
    void minimizeIsAllUpdates() {
        Tensor x = Tensor.randn(new Well19937c(1), 5, 3);
        Tensor y = Tensor.zeros(5, 2);
        DescentRun run = sgd(0.5).updates(20).start(REGRESSION, start(1));
        for (int i = 0; i < 20; i++) {
            run.step(x, y);
        }
        Minimum found = sgd(0.5).updates(20).minimize(p -> REGRESSION.apply(p, List.of(x, y)), start(1));
        assertSameBits(found.parameters(), run.parameters());
        assertThat(found.value()).isLessThan(run.value());
        assertThat(found.ending()).isEqualTo("20 updates are done");
    }

    @Test
    void aFailedUpdateLeavesTheRun(@TempDir Path folder) throws IOException {
        DescentRun run = adam(0.1)
                .updates(9)
                .start((p, in) -> p.get("w").mul(in.get(0)).log().sum(), Parameters.of(Map.of("w", Tensor.of(1.0, 2))));
        run.step(Tensor.of(2.0));
        run.save(folder.resolve("before"));
        double[] before = run.parameters().flatten().toArray();
        assertThatThrownBy(() -> run.step(Tensor.of(-1.0)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageStartingWith("descent: update 2: the loss is NaN; ")
                .hasMessageContaining("log")
                .hasMessageEndingWith("; the parameters are as they were before");
        assertThat(run.parameters().flatten().toArray()).isEqualTo(before);
        assertThat(run.updates()).isEqualTo(1);
        run.resume(folder.resolve("before"));
        assertThat(run.parameters().flatten().toArray()).isEqualTo(before);
        assertThat(run)
                .hasToString("Run of 9 updates by " + adam(0.1) + ": 1 done, loss before the last one " + run.value());
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        DescentRun run = adam(0.1).updates(2).schedule(steady()).start(REGRESSION, start(1));
        byte[] saved = run.toBytes();
        DescentRun other = sgd(0.1).updates(2).start(REGRESSION, start(1));
        assertThatThrownBy(() -> other.resume(saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("descent: what is resumed: the optimizer must be Sgd, got Adam");
        DescentRun narrow = adam(0.1).updates(2).start(REGRESSION, start(1).map((name, p) -> p.slice(-1, 0, 1)));
        assertThatThrownBy(() -> narrow.resume(saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "descent: what is resumed: parameter/[wb] must be FLOAT64 \\[.*1\\] of finite numbers, got FLOAT64 \\[.*2\\]");
        assertThatThrownBy(() -> run.resume(new Model[] {Model.build(dense(1), Shape.of(1), 1)}[0].toBytes()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("descent: what is resumed: the format must be rewind-descent-1, got ");
        Tensor[] data = {Tensor.zeros(1, 3), Tensor.zeros(1, 2)};
        run.step(data);
        run.step(data);
        assertThatThrownBy(() -> run.step(data))
                .hasMessage("descent: the schedule is one of 2 updates, which are done; updates(3) are more");
        assertThatThrownBy(() -> adam(0.1).updates(-1))
                .hasMessage("descent: the number of updates must not be negative, got -1");
        assertThatThrownBy(() -> adam(0.1).updates(1).clipNorm(0))
                .hasMessage("descent: the limit of the gradients' norm must be positive, got 0.0");
    }

    @Test
    void aLayerAloneIsTrained() {
        Model model = Model.build(Sequential.of(rnn(2), dense(1)), Shape.of(2, 2), 1);
        Parameters all = model.parameters();
        Tensor x = Tensor.randn(new Well19937c(2), 4, 2, 2);
        Minimum found = lbfgs().minimize(
                        p -> model.forward(all.with(p), x).sub(1).square().mean(), all.under("dense"));
        model.set(all.with(found.parameters()));
        assertThat(model.parameters().get("rnn/U").toArray())
                .isEqualTo(all.get("rnn/U").toArray());
        assertThat(model.predict(x).sub(1).square().mean().toDouble()).isCloseTo(found.value(), within(1e-12));
    }

    /** Neither the gradient of a pass in use nor weight decay; nor what is to be kept, which counts in no norm. */
    @Test
    void statisticsStay() {
        Well19937c rng = new Well19937c(4);
        Tensor x = Tensor.randn(rng, 6, 3);
        Model model = Sequential.of(dense(4), batchNormalization(), dense(1)).build(Shape.of(3), 5);
        model.set("batchNormalization/variance", Tensor.full(2, 1, 4));
        assertThat(model.parameters().statistics()).containsExactlyInAnyOrderElementsOf(model.frozen());
        DescentRun run = adamw(0.1)
                .weightDecay(0.5)
                .updates(3)
                .keep(Set.of("dense/b"))
                .start((p, in) -> model.forward(p, in.get(0)).square().mean(), model.parameters());
        for (int i = 0; i < 3; i++) {
            run.step(x);
        }
        for (String name : model.parameters().stored()) {
            boolean same = run.parameters()
                            .get(name)
                            .sub(model.parameters().get(name))
                            .abs()
                            .max()
                            .toDouble()
                    == 0;
            assertThat(same).as(name).isEqualTo(model.frozen(name) || name.equals("dense/b"));
            assertThat(run.gradient().get(name).square().sum().toDouble() == 0)
                    .as(name)
                    .isEqualTo(same);
        }
        assertThat(adam(0.1).updates(1).keep(Set.of("w", "b"))).asString().endsWith(", keep [b, w]");
    }
}

package rewind.nn.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.*;
import static rewind.nn.Losses.*;
import static rewind.nn.Optimizers.*;

import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Pass;
import rewind.nn.recurrent.GruCell;

/** Decoders read their teacher, and now and then what they gave themselves. */
class TeacherForcingTest {
    private static final int STEPS = 5;
    private static final int TOKENS = 4;

    /** Gives 10 × what it reads, and one more. */
    private static final Decoder<Tensor> TENFOLD =
            (x, state) -> new Decoder.Step<>(x.mul(10).add(1), state);

    @Test
    void withoutAnythingElseTheTeacherIsRead() {
        Model model = Sequential.of(embedding(TOKENS, 3), gru(4).sequences(true), dense(TOKENS))
                .build(Shape.of(STEPS), 1);
        var cell = gru(4).cell(rewind.nn.layer.Scope.of(model.parameters()).child("gru"), 3);
        Tensor table = model.parameters().get("embedding/E");
        Tensor U = model.parameters().get("dense/U");
        Decoder<Tensor> decoder = (ids, h) -> {
            Tensor next = cell.step(table.gather(ids), h);
            return new Decoder.Step<>(next.matmul(U), next);
        };
        Tensor ids = Tensor.of(new double[][] {{0, 1, 2, 3, 1}, {3, 3, 0, 1, 2}});
        TeacherForcing forcing = TeacherForcing.ofIds(ids).own(Pass.inference(), 1); // in use the teacher is read
        assertThat(forcing.over(Tensor.zeros(2, 4), decoder).isClose(model.predict(ids), 1e-12, 1e-12))
                .isTrue();
    }

    @Test
    void ownValuesAreReadWithTheirProbability() {
        Tensor taught = Tensor.full(1.0, 3000, 4, 1);
        Pass pass = Pass.training(new Well19937c(3));
        Tensor always = TeacherForcing.ofValues(taught).own(pass, 1).over(Tensor.zeros(1), TENFOLD);
        assertThat(always.slice(0, 0, 1).toArray()).containsExactly(11, 111, 1111, 11111);
        Tensor never = TeacherForcing.ofValues(taught).own(pass, 0).over(Tensor.zeros(1), TENFOLD);
        assertThat(never.toArray()).containsOnly(11);
        Tensor some = TeacherForcing.ofValues(taught).own(pass, 0.3).over(Tensor.zeros(1), TENFOLD);
        assertThat(some.select(1, 0).toArray()).containsOnly(11);
        for (int t = 1; t < 4; t++) {
            assertThat(some.select(1, t).greater(50).mean().toDouble()).isCloseTo(0.3, within(0.035));
        }
        Tensor[] two = {some.select(1, 1).greater(50), some.select(1, 2).greater(50)};
        assertThat(two[0].mul(two[1]).mean().toDouble()).isCloseTo(0.09, within(0.025)); // each step for itself
    }

    /** Of values gradients flow through what was read; of tokens not. */
    @Test
    void gradientsFlowThroughValues() {
        Tensor taught = Tensor.randn(new Well19937c(1), 2, 3, 2);
        Tensor w = Tensor.randn(new Well19937c(2), 2, 2);
        Pass[] pass = new Pass[1];
        GradientCheck.of((a, b) -> {
                    pass[0] = Pass.training(new Well19937c(3));
                    return TeacherForcing.ofValues(a)
                            .own(pass[0], 0.5)
                            .over(
                                    Tensor.zeros(2),
                                    (x, s) -> new Decoder.Step<>(x.matmul(b).tanh(), s));
                })
                .at(taught, w)
                .verify();
        Tensor through = Grad.gradient(
                a -> TeacherForcing.ofValues(a)
                        .own(Pass.training(new Well19937c(3)), 1)
                        .over(Tensor.zeros(2), (x, s) -> new Decoder.Step<>(x.mul(2), s))
                        .select(1, 2)
                        .sum(),
                taught);
        assertThat(through.select(1, 0).toArray()).containsOnly(8);
        assertThat(through.slice(1, 1, 3).toArray()).containsOnly(0);
    }

    private static Layer decoder(boolean greedy) {
        return (scope, input) -> in -> {
            Tensor table = scope.parameter("E", TOKENS, 3);
            GruCell cell = (GruCell) gru(6).cell(scope.child("gru"), 3);
            Tensor W = scope.parameter("W", 6, TOKENS);
            return TeacherForcing.ofIds(in)
                    .own(scope.pass(), place -> place.updates() / 20.0)
                    .greedy(greedy)
                    .over(Tensor.zeros(in.dtype(), Shape.of(in.size(0), 6)), (ids, h) -> {
                        Tensor next = cell.step(table.gather(ids), h);
                        return new Decoder.Step<>(next.matmul(W), next);
                    });
        };
    }

    /** Draws, choices and embeddings of what was drawn are done again in replays. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void scheduledSamplingIsReplayed(boolean greedy) {
        Tensor ids = Tensor.uniform(new Well19937c(2), 0, TOKENS, 24, STEPS + 1).floor();
        Dataset data =
                new Dataset(ids.slice(1, 0, STEPS), ids.slice(1, 1, STEPS + 1).expandDims(2));
        double[][] losses = new double[2][];
        Tensor[] tables = new Tensor[2];
        for (int compiled = 0; compiled < 2; compiled++) {
            Model model = Sequential.of(decoder(greedy), activation("softmax")).build(Shape.of(STEPS), 4);
            var history = Training.of(model)
                    .loss(categoricalCrossEntropy().ofIds(TOKENS))
                    .optimizer(adam(0.05))
                    .batchSize(4)
                    .epochs(4)
                    .compiled(compiled == 1)
                    .fit(data);
            losses[compiled] =
                    history.epochs().stream().mapToDouble(each -> each.loss()).toArray();
            tables[compiled] = model.parameters().get("layer/E");
        }
        assertThat(losses[1]).isEqualTo(losses[0]);
        assertThat(tables[1].toArray()).isEqualTo(tables[0].toArray());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> TeacherForcing.ofIds(Tensor.zeros(3))).hasMessageContaining("(batch, steps)");
        assertThatThrownBy(() -> TeacherForcing.ofValues(Tensor.zeros(3, 2)))
                .hasMessageContaining("(batch, steps, features)");
        Tensor values = Tensor.zeros(3, 2, 4);
        assertThatThrownBy(() ->
                        TeacherForcing.ofValues(values).over(values, (x, s) -> new Decoder.Step<>(x.slice(1, 0, 1), s)))
                .hasMessageContaining("a step must give (3, 4), got the shape [3, 1]");
        assertThatThrownBy(() -> TeacherForcing.ofValues(values).own(Pass.inference(), 1.5))
                .hasMessageContaining("from 0 to 1, got 1.5");
    }
}

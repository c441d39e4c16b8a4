package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Losses.binaryCrossEntropy;
import static rewind.nn.Losses.binaryFocalCrossEntropy;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Losses.categoricalFocalCrossEntropy;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.sgd;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.Losses;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Pass;
import rewind.nn.train.History;

/** Losses made of others: as exact as those, however confident and wrong the scores are, and with the values of their formulas. */
class LossCompositionProperties {
    /** Ways to double a loss. */
    private static List<Loss> doubled(Loss loss, int classes) {
        double[] twos = new double[classes];
        Arrays.fill(twos, 2);
        Loss lambda = (output, target) -> loss.perSample(output, target).mul(2);
        Loss inner = (output, target) -> loss.perSample(output, target);
        Loss nested = (output, target) -> inner.perSample(output, target).mul(2);
        Loss derivedInside = (output, target) -> loss.weighted(twos).perSample(output, target);
        Loss ofScores = Loss.ofScores(
                (last, scores, target) -> loss.perSample(last, scores, target).mul(2));
        return List.of(
                loss.times(2),
                loss.weighted(twos),
                loss.summed().times(2).smoothed(0),
                lambda,
                nested,
                nested.summed(),
                inner.times(2),
                inner.weighted(twos),
                derivedInside,
                ofScores);
    }

    /** A class that is masked by a score of −∞ is no class: losses and gradients are those of the others. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void maskedClassesDoNotCount(
            @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 3) double gamma, @ForAll boolean single) {
        RandomGenerator rng = new Well19937c(seed);
        DType dtype = single ? DType.FLOAT32 : DType.FLOAT64;
        Tensor scores = Tensor.randn(rng, 5, 3).to(dtype);
        Tensor target = Tensor.uniform(rng, 0, 3, 5).map(Math::floor).oneHot(3).to(dtype);
        Tensor masked = Tensor.concat(1, scores, Tensor.full(dtype, Double.NEGATIVE_INFINITY, 5, 1));
        Tensor none = Tensor.concat(1, target, Tensor.zeros(dtype, 5, 1));
        for (Loss loss : List.of(categoricalCrossEntropy(), categoricalFocalCrossEntropy(gamma))) {
            for (Activation softmax : List.of(Activation.SOFTMAX, Activation.softmax(2))) {
                UnaryOperator<Tensor> alone =
                        x -> loss.perSample(softmax, x, target).sum();
                UnaryOperator<Tensor> among =
                        x -> loss.perSample(softmax, x, none).sum();
                double tolerance = 64 * dtype.epsilon();
                assertThat(among.apply(masked).isClose(alone.apply(scores), tolerance, tolerance))
                        .isTrue();
                Tape tape = new Tape();
                Tensor x = tape.watch(masked);
                Tensor gradient = tape.backward(among.apply(x)).of(x);
                assertThat(gradient.slice(1, 0, 3).isClose(Grad.gradient(alone, scores), tolerance, tolerance))
                        .isTrue();
                assertThat(gradient.slice(1, 3, 4).add(0).toArray()).containsOnly(0);
            }
        }
    }

    /** Scores of ±∞ that are right cost nothing and move nothing. */
    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void certainAndRightScoresAreFinal(@ForAll @DoubleRange(min = 0, max = 3) double gamma, @ForAll boolean single) {
        DType dtype = single ? DType.FLOAT32 : DType.FLOAT64;
        Tensor target = Tensor.of(new double[][] {{1, 0}, {0, 1}}).to(dtype);
        Tensor scores = target.mul(2).sub(1).div(0);
        for (Loss loss : List.of(binaryCrossEntropy(), binaryFocalCrossEntropy(gamma))) {
            assertFinal(loss, Activation.SIGMOID, scores, target);
        }
        Tensor sure = Tensor.where(target, scores, Tensor.zeros(dtype));
        for (Loss loss : List.of(categoricalCrossEntropy(), categoricalFocalCrossEntropy(gamma))) {
            assertFinal(loss, Activation.SOFTMAX, sure, target);
        }
    }

    private static void assertFinal(Loss loss, Activation last, Tensor scores, Tensor target) {
        Tape tape = new Tape();
        Tensor x = tape.watch(scores);
        Tensor value = loss.perSample(last, x, target);
        assertThat(value.add(0).toArray()).as("%s", loss).containsOnly(0);
        assertThat(tape.backward(value.sum()).of(x).add(0).toArray())
                .as("%s", loss)
                .containsOnly(0);
    }

    /** With scores that differ by up to 1e4, where probabilities are 0 and 1 in both types. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void twiceALossIsTwiceALossBitForBit(
            @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 4) double power, @ForAll boolean single) {
        RandomGenerator rng = new Well19937c(seed);
        DType dtype = single ? DType.FLOAT32 : DType.FLOAT64;
        Tensor scores = Tensor.randn(rng, 4, 3).mul(Math.pow(10, power)).to(dtype);
        Tensor classes = Tensor.uniform(rng, 0, 3, 4).map(Math::floor).oneHot(3).to(dtype);
        for (Loss loss : List.of(categoricalCrossEntropy(), categoricalFocalCrossEntropy(1.5))) {
            verifyTwice(loss, 3, Activation.SOFTMAX, scores, classes);
            verifyTwice(loss, 3, Activation.softmax(0.5), scores, classes);
        }
        for (Loss loss : List.of(binaryCrossEntropy(), binaryFocalCrossEntropy(1.5))) {
            verifyTwice(loss, 2, Activation.SIGMOID, scores.slice(1, 0, 1), classes.slice(1, 0, 1));
        }
        verifyTwice(meanSquaredError(), 3, Activation.TANH, scores, classes);
    }

    private static void verifyTwice(Loss loss, int classes, Activation last, Tensor scores, Tensor target) {
        Tensor[] expected = valueAndGradient(loss, last, scores, target);
        for (Loss twice : doubled(loss, classes)) {
            Tensor[] found = valueAndGradient(twice, last, scores, target);
            for (int i = 0; i < 2; i++) {
                assertThat(found[i].toArray())
                        .as(twice.toString())
                        .containsExactly(expected[i].mul(2).toArray());
            }
        }
    }

    private static Tensor[] valueAndGradient(Loss loss, Activation last, Tensor scores, Tensor target) {
        try (Tape tape = new Tape()) {
            Tensor watched = tape.watch(scores);
            Tensor values = loss.perSample(last, watched, target);
            return new Tensor[] {
                values.detach(), tape.backward(values.sum()).of(watched).detach()
            };
        }
    }

    /** A confident mistake, as training sees it. */
    @Test
    void trainingSeesTheExactGradient() {
        for (Loss loss : doubled(categoricalCrossEntropy(), 3)) {
            Model model = Sequential.of(dense(3, "softmax").bias(false)).build(Shape.of(1), 1, DType.FLOAT32);
            model.set("dense/U", Tensor.of(new double[][] {{0, 100, 0}}));
            Dataset wrong = new Dataset(Tensor.ones(1, 1), Tensor.of(new double[][] {{1, 0, 0}}));
            History history =
                    Training.of(model).loss(loss).optimizer(sgd(1)).epochs(1).fit(wrong);
            assertThat(history.last().loss()).as(loss.toString()).isEqualTo(200);
            Near.within(0, 1e-43) // e⁻¹⁰⁰ is 3.8e-44
                    .verify(
                            loss.toString(),
                            model.parameters().get("dense/U"),
                            Tensor.of(new double[][] {{2, 98, 0}}).to(DType.FLOAT32));
        }
    }

    /** What changes nothing may follow the last activation. */
    @Test
    void scoresAreKnownBehindWhatChangesNothing() {
        Tensor x = Tensor.of(new double[][] {{100, 0, 0}}).to(DType.FLOAT32);
        Dataset wrong = new Dataset(x, Tensor.of(new double[][] {{0, 1, 0}}));
        Layer softmax = activation("softmax");
        Layer same = activation("identity");
        for (Layer layer : List.of(
                softmax,
                Sequential.of(softmax, dropout(0)),
                Sequential.of(softmax.named("p"), same, dropout(0).named("none")),
                Sequential.of(Sequential.of(softmax, same), Sequential.of(), Sequential.of(dropout(0), same)),
                Sequential.of(same, timeless(softmax), same))) {
            Model model = Model.build(layer, Shape.of(3), 1, DType.FLOAT32);
            assertThat(model.evaluate(wrong, categoricalCrossEntropy()).get("loss"))
                    .isEqualTo(100);
            Tensor scores = model.scores(model.parameters(), x, Pass.inference());
            assertThat(model.lastActivation().apply(scores).toArray())
                    .containsExactly(model.predict(x).toArray());
        }
        Model dropped = Sequential.of(softmax, dropout(0.5)).build(Shape.of(3), 1, DType.FLOAT32);
        assertThat(dropped.evaluate(wrong, categoricalCrossEntropy()).get("loss"))
                .isCloseTo(-Math.log(Float.MIN_NORMAL), within(1e-5)); // as the page of Loss says
        assertThat(Sequential.of(same, dropout(0)).lastActivation()).isEqualTo(Activation.IDENTITY);
    }

    private static Layer timeless(Layer layer) {
        return Sequential.of(layer).named("inner");
    }

    /** A lambda in a lambda, or another model's loss in it, does not confuse the outputs. */
    @Test
    void scoresBelongToTheirOutputAlone() {
        Tensor scores = Tensor.of(new double[][] {{0, 3}});
        Tensor other = Tensor.of(new double[][] {{0.25, 0.75}});
        Tensor target = Tensor.of(new double[][] {{1, 0}});
        Loss[] plain = {categoricalCrossEntropy()};
        Loss mixed = (output, y) -> {
            Tensor before = plain[0].perSample(other, y);
            Loss within = (inner, z) -> plain[0].perSample(inner, z).add(plain[0].perSample(output, z));
            return within.perSample(Activation.SOFTMAX, scores.mul(2), y).add(before);
        };
        double expected = Math.log1p(Math.exp(6)) + Math.log1p(Math.exp(3)) + Math.log(4);
        Near.within(1e-14, 0)
                .verify("sum", mixed.perSample(Activation.SOFTMAX, scores, target), Tensor.of(new double[] {expected}));
        Loss failing = (output, y) -> {
            throw new IllegalStateException("planned");
        };
        assertThatThrownBy(() -> failing.perSample(Activation.SOFTMAX, scores, target))
                .hasMessage("planned");
        assertThat(plain[0].perSample(other, target).toArray()[0]).isEqualTo(-Math.log(0.25));
    }

    // ---- values ----

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void weightsAndSmoothingByHand(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 4) int classes,
            @ForAll @DoubleRange(min = 0, max = 1) double epsilon) {
        RandomGenerator rng = new Well19937c(seed);
        int batch = 3;
        int steps = 2;
        double[] weights = Tensor.uniform(rng, 0, 3, classes).toArray();
        Tensor scores = Tensor.randn(rng, batch, steps, classes);
        Tensor y =
                Tensor.uniform(rng, 0, classes, batch, steps).map(Math::floor).oneHot(classes);
        double[] expected = new double[batch];
        for (int i = 0; i < batch * steps; i++) {
            double[] logs = row(scores, i).logSoftmax(0).toArray();
            double[] row = row(y, i).toArray();
            for (int k = 0; k < classes; k++) {
                double weight = 0;
                for (int j = 0; j < classes; j++) {
                    weight += weights[j] * row[j];
                }
                expected[i / steps] -= weight * ((1 - epsilon) * row[k] + epsilon / classes) * logs[k] / steps;
            }
        }
        for (Loss loss : List.of(
                categoricalCrossEntropy().weighted(weights).smoothed(epsilon),
                categoricalCrossEntropy().smoothed(epsilon).weighted(weights))) {
            Near.within(1e-12, 1e-14)
                    .verify(loss.toString(), loss.perSample(Activation.SOFTMAX, scores, y), Tensor.of(expected));
        }
    }

    private static Tensor row(Tensor values, int row) {
        return values.reshape(values.size() / values.size(-1), values.size(-1)).select(0, row);
    }

    /** One column is one of two classes, and so is each of several of a binary cross-entropy. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void binaryByHand(
            @ForAll long seed,
            @ForAll @DoubleRange(min = 0, max = 1) double epsilon,
            @ForAll @DoubleRange(min = 0, max = 4) double gamma) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor scores = Tensor.randn(rng, 4, 3);
        Tensor y = Tensor.uniform(rng, 0, 2, 4, 3).map(Math::floor);
        double[] expected = new double[4];
        for (int i = 0; i < 12; i++) {
            double a = 1 / (1 + Math.exp(-scores.toArray()[i]));
            double share = (1 - epsilon) * y.toArray()[i] + epsilon / 2;
            expected[i / 3] -=
                    (share * Math.pow(1 - a, gamma) * Math.log(a) + (1 - share) * Math.pow(a, gamma) * Math.log(1 - a))
                            / 3;
        }
        Loss loss = binaryFocalCrossEntropy(gamma).times(1).smoothed(epsilon);
        Near near = Near.within(1e-12, 1e-14);
        Loss lambda = (output, target) -> binaryFocalCrossEntropy(gamma).perSample(output, target);
        Loss ofScores = Loss.ofScores(
                (last, s, target) -> binaryFocalCrossEntropy(gamma).perSample(last, s, target));
        for (Loss each : List.of(
                loss,
                binaryFocalCrossEntropy(gamma).smoothed(epsilon),
                lambda.smoothed(epsilon),
                lambda.times(1).smoothed(epsilon).summed(),
                ofScores.smoothed(epsilon),
                ofScores.summed().smoothed(epsilon))) {
            near.verify(each.toString(), each.perSample(Activation.SIGMOID, scores, y), Tensor.of(expected));
        }

        Tensor column = y.slice(1, 0, 1);
        Tensor once = binaryCrossEntropy().perSample(Activation.SIGMOID, scores.slice(1, 0, 1), column);
        DoubleUnaryOperator weight = share -> share == 1 ? 5 : 0.5;
        near.verify(
                "one column",
                binaryCrossEntropy().weighted(0.5, 5).perSample(Activation.SIGMOID, scores.slice(1, 0, 1), column),
                once.mul(column.select(1, 0).map(weight)));
        near.verify(
                "no column",
                binaryCrossEntropy()
                        .weighted(0.5, 5)
                        .perSample(Activation.SIGMOID, scores.select(1, 0), column.select(1, 0)),
                once.mul(column.select(1, 0).map(weight)));
    }

    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void focalLossesHaveTheirGradients(
            @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 4) double gamma, @ForAll boolean binary) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor scores = Tensor.randn(rng, 2, 3).mul(3);
        Tensor target = Tensor.uniform(rng, 0, 3, 2).map(Math::floor).oneHot(3);
        Loss loss = binary ? binaryFocalCrossEntropy(gamma) : categoricalFocalCrossEntropy(gamma);
        Activation last = binary ? Activation.SIGMOID : Activation.SOFTMAX;
        GradientCheck.of(x -> loss.perSample(last, x, target)).at(scores).verify();
        Near.within(1e-9, 1e-12)
                .verify(
                        "of probabilities",
                        loss.perSample(last.apply(scores), target),
                        loss.perSample(last, scores, target));
    }

    // ---- weights in the data ----

    /** A sample of weight 3 counts as three samples, one of weight 0 as none; metrics see the targets alone. */
    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void aWeightRepeatsASample(@ForAll long seed, @ForAll boolean sequences) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor x = sequences ? Tensor.randn(rng, 4, 2, 3) : Tensor.randn(rng, 4, 3);
        Tensor y = Tensor.uniform(rng, 0, 2, sequences ? new int[] {4, 2} : new int[] {4})
                .map(Math::floor)
                .oneHot(2);
        double[] perSample = {3, 0, 1, 2};
        Tensor weights = Tensor.of(perSample)
                .reshape(sequences ? new int[] {4, 1, 1} : new int[] {4, 1})
                .add(y.slice(-1, 0, 1).mul(0));
        Dataset weighted = new Dataset(x, Tensor.concat(-1, y, weights));
        Dataset repeated = new Dataset(x, y).select(0, 0, 0, 2, 3, 3);
        Model model = Sequential.of(dense(2, "softmax")).build(sequences ? Shape.of(2, 3) : Shape.of(3), seed);
        Loss loss = categoricalCrossEntropy().weightedByLastColumn();
        double mean = model.evaluate(weighted, loss, Metrics.accuracy()).get("loss");
        double expected = model.evaluate(repeated, categoricalCrossEntropy()).get("loss");
        assertThat(mean * 4).isCloseTo(expected * 6, within(1e-12));
        assertThat(model.evaluate(weighted, loss, Metrics.accuracy()).get("accuracy"))
                .isEqualTo(model.evaluate(new Dataset(x, y), meanSquaredError(), Metrics.accuracy())
                        .get("accuracy"));
    }

    /** No smoothing, and nothing but smoothing; a class that does not count. */
    @Test
    void optionsMayBeAtTheEndsOfTheirRanges() {
        Tensor scores = Tensor.of(new double[][] {{0, 2}});
        Tensor target = Tensor.of(new double[][] {{0, 1}});
        Loss loss = categoricalCrossEntropy();
        Near near = Near.within(1e-14, 0);
        Tensor plain = loss.perSample(Activation.SOFTMAX, scores, target);
        Tensor even = loss.perSample(Activation.SOFTMAX, scores, Tensor.full(0.5, 1, 2));
        near.verify("0", loss.smoothed(0).perSample(Activation.SOFTMAX, scores, target), plain);
        Tensor vector = Tensor.of(0.25, 0.75); // a batch of single probabilities
        near.verify(
                "vector",
                binaryCrossEntropy().smoothed(0.5).perSample(Activation.SIGMOID, vector, vector),
                binaryCrossEntropy()
                        .perSample(Activation.SIGMOID, vector, vector.mul(0.5).add(0.25)));
        near.verify("1", loss.smoothed(1).perSample(Activation.SOFTMAX, scores, target), even);
        near.verify("weight", loss.weighted(0, 3).perSample(Activation.SOFTMAX, scores, target), plain.mul(3));
    }

    /** Not focused is the plain one; names tell the number. */
    @Test
    void numbersOfLosses() {
        Tensor scores = Tensor.of(new double[][] {{0, 2}});
        Tensor target = Tensor.of(new double[][] {{0, 1}});
        assertThat(categoricalFocalCrossEntropy(0)
                        .perSample(Activation.SOFTMAX, scores, target)
                        .toArray())
                .containsExactly(categoricalCrossEntropy()
                        .perSample(Activation.SOFTMAX, scores, target)
                        .toArray());
        assertThat(categoricalFocalCrossEntropy(2)).hasToString("categoricalFocalCrossEntropy(2.0)");
        assertThat(Losses.meanSquaredLogarithmicError()).hasToString("meanSquaredLogarithmicError");
        assertThat(binaryFocalCrossEntropy(0.5)).hasToString("binaryFocalCrossEntropy(0.5)");
        refuses(
                () -> binaryFocalCrossEntropy(Double.POSITIVE_INFINITY),
                "binaryFocalCrossEntropy: gamma must be finite and not negative, got Infinity");
        for (double bad : new double[] {0, -1, Double.NaN}) {
            refuses(() -> Losses.huber(bad), "huber: delta must be positive, got " + bad);
        }
    }

    /** One column is a share of class 1 of two. */
    @Test
    void weightsOfOneColumnNeedAShare() {
        for (double share : new double[] {0, 0.5, 1}) {
            assertThat(meanSquaredError().weighted(1, 2).objection(share)).isEmpty();
            assertThat(meanSquaredError().weighted(1, 2, 3).objection(share)).isPresent();
        }
        for (double other : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThat(meanSquaredError().weighted(1, 2).objection(other)).isPresent();
        }
        assertThat(binaryCrossEntropy().weighted(1, 2).objection(2)).isPresent();
        assertThat(meanSquaredError().weighted(1, 2).objection(0.25, 0.75)).isEmpty();
        assertThat(meanSquaredError().weighted(1, 2).objection(0.25, 0.7)).isPresent();
    }

    /** The fewest columns there can be: a target and its weight. */
    @Test
    void oneColumnHasAWeight() {
        Tensor output = Tensor.of(new double[][] {{1}, {2}, {3}});
        Tensor both = Tensor.of(new double[][] {{0, 2}, {4, 0}, {5, 0.5}});
        assertThat(meanSquaredError()
                        .weightedByLastColumn()
                        .perSample(output, both)
                        .toArray())
                .containsExactly(2, 0, 2);
        assertThat(meanSquaredError().weightedByLastColumn().objection(7, 0)).isEmpty();
        assertThat(meanSquaredError().weightedByLastColumn().objection(7)).isPresent();
    }

    // ---- messages ----

    @Test
    void messages() {
        Loss loss = categoricalCrossEntropy();
        refuses(() -> loss.times(Double.NaN), "times: the factor must be finite, got NaN");
        refuses(() -> loss.smoothed(1.5), "smoothed: epsilon must be from 0 to 1, got 1.5");
        refuses(() -> binaryCrossEntropy().smoothed(-1), "smoothed: epsilon must be from 0 to 1, got -1.0");
        refuses(
                () -> loss.weighted(1),
                "weighted: there must be a weight for each of two classes or more, finite and not negative, got [1.0]");
        refuses(
                () -> categoricalFocalCrossEntropy(-1),
                "categoricalFocalCrossEntropy: gamma must be finite and not negative, got -1.0");
        refuses(
                () -> binaryFocalCrossEntropy(Double.NaN),
                "binaryFocalCrossEntropy: gamma must be finite and not negative, got NaN");
        Dataset data = new Dataset(Tensor.ones(2, 2), Tensor.of(new double[][] {{1, 0}, {0, 1}}));
        UnaryOperator<Loss> none = each -> each;
        for (UnaryOperator<Loss> more : List.<UnaryOperator<Loss>>of(none, Loss::summed, each -> each.times(2))) {
            Training training = Training.of(Sequential.of(dense(2, "softmax")).build(Shape.of(2), 1));
            refuses(
                    () -> training.loss(more.apply(loss.weighted(1, 2, 3))).fit(data),
                    "weighted: targets must be probabilities of 3 classes that sum to 1, one per weight, but sample 0 has"
                            + " [1.0, 0.0]");
            refuses(
                    () -> training.loss(more.apply(loss.weightedByLastColumn()))
                            .fit(data.mapY(y -> Tensor.concat(1, y, Tensor.full(-1, 2, 1)))),
                    "weightedByLastColumn: targets must have a last column that is a weight, not negative, but sample 0 has"
                            + " [1.0, 0.0, -1.0]");
        }
        refuses(
                () -> loss.weighted(1, 2).of(Tensor.ones(2, 3), Tensor.ones(2, 3)),
                "weighted: there must be one weight per class, got [1.0, 2.0] for targets of 3 classes");
        refuses(
                () -> loss.weighted(1, 2, 3).of(Tensor.ones(2, 1), Tensor.ones(2, 1)),
                "weighted: there must be one weight per class, got [1.0, 2.0, 3.0] for targets of 2 classes");
        refuses(
                () -> loss.weighted(1, 2).of(Tensor.ones(2, 3, 2), Tensor.ones(2, 2)),
                "weighted: outputs must have as many rows as targets, got the shapes [2, 3, 2] and [2, 2]");
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            refuses(
                    () -> loss.weighted(1, bad),
                    "weighted: there must be a weight for each of two classes or more, finite and not negative, got [1.0, "
                            + bad + "]");
        }
        for (Tensor target : List.of(Tensor.ones(2), Tensor.ones(2, 1))) {
            refuses(
                    () -> meanSquaredError().weightedByLastColumn().of(Tensor.ones(2, 1), target),
                    "weightedByLastColumn: targets must be (batch, …, columns) with a weight as last column, got the shape "
                            + target.shape());
        }
        assertThat(loss.weighted(1, 2).smoothed(0.1).times(2).summed())
                .hasToString("categoricalCrossEntropy smoothed 0.1 weighted [1.0, 2.0] times 2.0 summed");
    }

    private static void refuses(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}

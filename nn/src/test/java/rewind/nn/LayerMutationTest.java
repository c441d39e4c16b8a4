package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import rewind.autograd.KillRate;
import rewind.autograd.Mutant;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.layer.States;
import rewind.nn.loss.Loss;
import rewind.nn.recurrent.Merge;
import rewind.nn.recurrent.Recurrent;

/**
 * Would a gradient check of a layer notice a wrong rule in it? Every mistake is planted into every rule that the layer uses: at all steps,
 * and dropped at every single one.
 */
@DisabledIfSystemProperty(
        named = "rewind.plain",
        matches = "true",
        disabledReason = "rules are the same for all kernels")
class LayerMutationTest {
    private static final int BATCH = 2;
    private static final int STEPS = 3;
    private static final int FEATURES = 2;
    private static final int UNITS = 2;

    private static final Map<String, String> RIGHT_AFTER_ALL = Map.of(
            "huber: clamp 0 .*",
                    "the slope by the limited distance n is d − n: 0 where clamp has a derivative, and clamp's is 0 elsewhere",
            ".*cross-entropy: where 1 NO_FACTOR.*", "the logarithms that where leaves out have the weight zero");

    private final RandomGenerator rng = new Well19937c(5);

    /**
     * A function of tensors, and where it is checked.
     *
     * @param single whether every single call of an operation counts
     */
    private record Subject(Function<List<Tensor>, Tensor> function, List<Tensor> at, boolean single) {}

    @Test
    void everyMistakeInEveryLayerIsNoticed() throws IOException {
        KillRate rate = new KillRate("layers", RIGHT_AFTER_ALL);
        subjects().forEach((name, subject) -> {
            Set<Mutant> mutants = new LinkedHashSet<>(Mutant.all(subject.function, subject.at));
            if (subject.single) {
                mutants.addAll(Mutant.ofDroppedSteps(subject.function, subject.at));
            }
            for (Mutant mutant : mutants) {
                boolean passes = GradientCheck.ofAll(mutant.in(subject.function))
                        .at(subject.at)
                        .passes();
                rate.count(name, mutant, !passes);
            }
        });
        rate.write();
        assertThat(rate.count()).isGreaterThan(800);
        assertThat(rate.survivors()).isEmpty();
        assertThat(rate.superfluous()).isEmpty();
    }

    private Map<String, Subject> subjects() {
        Map<String, Subject> subjects = new LinkedHashMap<>();
        subjects.put("dense", model(dense(UNITS).activation(Tensor::tanh)));
        subjects.put("rnn", recurrentLayer(rnn(UNITS)));
        subjects.put("gru", recurrentLayer(gru(UNITS)));
        subjects.put("gru, reset after", recurrentLayer(gru(UNITS).resetAfter(true)));
        subjects.put("lstm", recurrentLayer(lstm(UNITS)));
        subjects.put("a user's cell", recurrentLayer(recurrent(MinimalGatedUnit::define, UNITS)));
        subjects.put("layer normalization", recurrentLayer(rnn(UNITS + 1).layerNormalization(true)));
        subjects.put(
                "lengths",
                model(Pass.inference().lengths(Lengths.of(3, 2)), gru(UNITS).sequences(true)));
        for (Merge merge : Merge.values()) {
            subjects.put("both directions, " + merge, model(rnn(UNITS).bidirectional(merge)));
        }
        subjects.put("stacked", model(lstm(UNITS).sequences(true), gru(UNITS), dense(1)));
        losses().forEach((name, loss) -> subjects.put(name, ofLoss(loss)));
        return subjects;
    }

    private static Map<String, Loss> losses() {
        Map<String, Loss> losses = new LinkedHashMap<>();
        losses.put("mean squared error", Losses.meanSquaredError());
        losses.put("mean absolute error", Losses.meanAbsoluteError());
        losses.put("mean squared logarithmic error", Losses.meanSquaredLogarithmicError());
        losses.put("huber", Losses.huber(0.3));
        losses.put("categorical cross-entropy", Losses.categoricalCrossEntropy());
        losses.put("binary cross-entropy", Losses.binaryCrossEntropy());
        return losses;
    }

    /** Outputs and targets between 0 and 1, as probabilities are; some targets are 0. The value of every sample counts by itself. */
    private Subject ofLoss(Loss loss) {
        Tensor target = Tensor.uniform(rng, 0.1, 0.9, 3, 3).mul(Tensor.eye(3).oneMinus());
        Tensor output = Tensor.uniform(rng, 0.1, 0.9, 3, 3);
        return new Subject(in -> loss.perSample(in.get(0), target), List.of(output), true);
    }

    /** From a state that is not zero: from zeros, nothing flows to the recurrent weights at the first step. */
    private Subject recurrentLayer(Recurrent<?, ?> layer) {
        Recurrent<?, ?> named = layer.named("cell").sequences(true);
        Model model = build(named);
        Tensor x = sample();
        Pass first = Pass.inference();
        model.forward(model.parameters(), x, first);
        Object state = States.map(
                first.lastStates().get("cell"),
                tensor -> Tensor.randn(rng, tensor.shape().toArray()));
        return new Subject(in -> forward(model, in, Pass.inference().from("cell", state)), inputs(model, x), true);
    }

    private Subject model(Layer... layers) {
        return model(Pass.inference(), layers);
    }

    /** From zeros, so that single calls at the first step may contribute nothing. */
    private Subject model(Pass pass, Layer... layers) {
        Model model = build(layers);
        return new Subject(in -> forward(model, in, pass), inputs(model, sample()), false);
    }

    private static Model build(Layer... layers) {
        return Sequential.of(layers).build(Shape.of(STEPS, FEATURES), 3);
    }

    private Tensor sample() {
        return Tensor.randn(rng, BATCH, STEPS, FEATURES);
    }

    /** The parameters, none of them zero, and the input. */
    private List<Tensor> inputs(Model model, Tensor x) {
        List<Tensor> inputs = new ArrayList<>();
        for (Tensor parameter : model.parameters().values()) {
            inputs.add(Tensor.randn(rng, parameter.shape().toArray()));
        }
        inputs.add(x);
        return inputs;
    }

    private static Tensor forward(Model model, List<Tensor> in, Pass pass) {
        int parameters = in.size() - 1;
        return model.forward(model.parameters().with(in.subList(0, parameters)), in.get(parameters), pass);
    }
}

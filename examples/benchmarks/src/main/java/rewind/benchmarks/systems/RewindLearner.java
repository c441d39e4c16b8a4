package rewind.benchmarks.systems;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.nn.Model;
import rewind.nn.exchange.WeightLayout;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;

/** This library: the replay of a step, as {@code Training} does it, or a tape with a workspace that is closed after every step. */
public final class RewindLearner implements Learner {
    public static final String NAME = "Rewind";

    /** Its name where nothing is replayed. */
    public static final String ON_A_TAPE = "Rewind on a tape";

    private final Workspace workspace = new Workspace();
    private final WeightLayout layout;
    private final Model model;
    private final Parameters parameters;
    private final Tensor x;
    private final Workspace.Replay replay;
    private Parameters gradients;

    /** Makes one that records every step. */
    public RewindLearner(Problem problem) {
        this(problem, false);
    }

    /** Makes one that records every step, or one alone, to do it again. */
    public RewindLearner(Problem problem, boolean replays) {
        Sizes n = problem.sizes();
        Precision precision = problem.precision();
        Layer layer = problem.kind().layer(n.u());
        layout = WeightLayout.pytorch(layer);
        model = Model.build(layer, Shape.of(n.T(), n.e()), 1);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        problem.weights()
                .forEach((name, values) -> weights.put(name, Tensor.of(Shape.of(problem.shape(name)), values)));
        parameters = layout.from(weights, model.parameters(), "")
                .map((name, value) -> precision.tensor(value.shape(), value.toArray()));
        x = precision.tensor(Shape.of(n.m(), n.T(), n.e()), problem.x());
        replay = replays
                ? Workspace.replay(
                        in -> {
                            Tensor outputs =
                                    model.forward(parameters.with(in.subList(0, in.size() - 1)), in.get(in.size() - 1));
                            return List.of(outputs.square().sum(), outputs);
                        },
                        parameters.values(),
                        List.of(x))
                : null;
    }

    @Override
    public String name() {
        return replay == null ? ON_A_TAPE : NAME;
    }

    @Override
    public void step() {
        if (replay != null) {
            List<Tensor> results = replay.again(parameters.values(), List.of(x));
            gradients = parameters.with(results.subList(2, results.size()));
            return;
        }
        try (Tape tape = new Tape(workspace)) {
            step(tape);
        }
    }

    /** One training step on an open tape; returns the outputs. */
    private Tensor step(Tape tape) {
        Parameters watched = parameters.watchedBy(tape);
        Tensor outputs = model.forward(watched, x);
        gradients = watched.in(tape.backward(outputs.square().sum()));
        return outputs;
    }

    /** Does the forward pass of a training step on an open tape. */
    public Tensor forward(Tape tape) {
        return model.forward(parameters.watchedBy(tape), x);
    }

    @Override
    public Outcome outcome() {
        double[] outputs;
        if (replay != null) {
            step();
            outputs = replay.again(parameters.values(), List.of(x)).get(1).toArray();
            return outcome(outputs);
        }
        try (Tape tape = new Tape(workspace)) {
            outputs = step(tape).toArray();
        }
        return outcome(outputs);
    }

    private Outcome outcome(double[] outputs) {
        Parameters doubles = gradients.map((name, gradient) -> Tensor.of(gradient.shape(), gradient.toArray()));
        Map<String, double[]> byName = new LinkedHashMap<>();
        layout.gradientsTo(doubles, "").forEach((name, gradient) -> byName.put(name, gradient.toArray()));
        return new Outcome(outputs, byName);
    }

    @Override
    public void close() {}
}

package rewind.benchmarks.systems;

import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.nn.Model;
import rewind.nn.exchange.WeightLayout;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;

/** This library: a tape with a workspace, closed after every step, as {@code Training} does it. */
public final class RewindLearner implements Learner {
    public static final String NAME = "Rewind";

    private final Workspace workspace = new Workspace();
    private final WeightLayout layout;
    private final Model model;
    private final Parameters parameters;
    private final Tensor x;
    private Parameters gradients;

    public RewindLearner(Problem problem) {
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
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void step() {
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
        try (Tape tape = new Tape(workspace)) {
            outputs = step(tape).toArray();
        }
        Parameters doubles = gradients.map((name, gradient) -> Tensor.of(gradient.shape(), gradient.toArray()));
        Map<String, double[]> byName = new LinkedHashMap<>();
        layout.gradientsTo(doubles, "").forEach((name, gradient) -> byName.put(name, gradient.toArray()));
        return new Outcome(outputs, byName);
    }

    @Override
    public void close() {}
}

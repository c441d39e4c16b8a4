package rewind.benchmarks.systems;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.RNN;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * PyTorch in the same JVM, through DJL: the whole layer is one native call, the gradient is PyTorch's own. Sequences are laid out (steps,
 * batch, features), PyTorch's default, and every step has fresh leaves, so that gradients are not added up.
 */
public final class PytorchLearner implements Learner {
    public static final String NAME = "PyTorch";

    private final Problem problem;
    private final Engine engine = Engine.getEngine(NAME);
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), NAME);
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final NDArray x;
    private final NDArray zeros;

    public PytorchLearner(Problem problem) {
        this.problem = problem;
        Sizes n = problem.sizes();
        problem.weights().forEach((name, values) -> {
            int[] shape = problem.shape(name);
            weights.put(name, array(values, shape.length == 1 ? new Shape(shape[0]) : new Shape(shape[0], shape[1])));
        });
        try (NDArray samplesFirst = array(problem.x(), new Shape(n.m(), n.T(), n.e()));
                NDArray view = samplesFirst.transpose(1, 0, 2)) {
            x = view.duplicate();
        }
        zeros = array(new double[n.m() * n.u()], new Shape(1, n.m(), n.u()));
    }

    /**
     * Loads PyTorch.
     *
     * @param threads the number of threads that it must use
     * @return why it cannot be used, or null
     */
    public static String problem(int threads) {
        try {
            Engine.getEngine(NAME);
            int used = JniUtils.getNumThreads();
            return used == threads ? null : "it uses " + used + " threads instead of " + threads;
        } catch (EngineException | LinkageError e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return "its native library cannot be loaded: " + (cause == e ? e : e + ", " + cause);
        }
    }

    private NDArray array(double[] values, Shape shape) {
        if (problem.precision() == Precision.FLOAT64) {
            return manager.create(values, shape);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return manager.create(floats, shape);
    }

    private static double[] values(NDArray array) {
        try (NDArray doubles = array.toType(ai.djl.ndarray.types.DataType.FLOAT64, true)) {
            return doubles.toDoubleArray();
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void step() {
        try (NDManager step = manager.newSubManager()) {
            step(leaves(step), step);
        }
    }

    /** One training step, all of whose arrays belong to the given manager; returns the outputs (T, m, u). */
    private NDArray step(Map<String, NDArray> leaves, NDManager step) {
        try (GradientCollector collector = engine.newGradientCollector()) {
            NDArray outputs = forward(leaves, attached(x, step), attached(zeros, step));
            collector.backward(outputs.square().sum());
            return outputs;
        }
    }

    private NDArray forward(Map<String, NDArray> leaves, NDArray input, NDArray first) {
        NDArrayEx pytorch = input.getNDArrayInternal();
        NDList list = new NDList(leaves.values());
        return switch (problem.kind()) {
            case RNN ->
                pytorch.rnn(input, first, list, true, 1, RNN.Activation.TANH, 0, true, false, false)
                        .get(0);
            case GRU ->
                pytorch.gru(input, first, list, true, 1, 0, true, false, false).get(0);
            case LSTM ->
                pytorch.lstm(input, new NDList(first, first), list, true, 1, 0, true, false, false)
                        .get(0);
        };
    }

    private Map<String, NDArray> leaves(NDManager step) {
        Map<String, NDArray> leaves = new LinkedHashMap<>();
        weights.forEach((name, weight) -> {
            NDArray leaf = attached(weight, step);
            leaf.setRequiresGradient(true);
            leaves.put(name, leaf);
        });
        return leaves;
    }

    /** The same memory as another array, without a history. */
    private static NDArray attached(NDArray array, NDManager step) {
        NDArray same = array.stopGradient();
        same.attach(step);
        return same;
    }

    @Override
    public Outcome outcome() {
        try (NDManager step = manager.newSubManager()) {
            Map<String, NDArray> leaves = leaves(step);
            NDArray outputs = step(leaves, step);
            Map<String, double[]> gradients = new LinkedHashMap<>();
            leaves.forEach((name, leaf) -> gradients.put(name, values(leaf.getGradient())));
            return new Outcome(values(outputs.stopGradient().transpose(1, 0, 2)), gradients);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}

package rewind.benchmarks;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.benchmarks.measure.Alternation;
import rewind.benchmarks.measure.Machine;
import rewind.benchmarks.systems.PytorchLearner;
import rewind.nn.attention.Attention;

/**
 * The gradient of Σ y² of layers that are not recurrent, replayed here and by PyTorch, on one thread, in turns in one JVM, after a
 * comparison of their values and gradients. Samples lie as each system has them, channels last here and first there. An argument is a
 * part of the names of those to measure, or {@code --quick}: all of them take two minutes then instead of ten, but functions of many
 * steps, such as gelu, have not been compiled to their end.
 *
 * <pre>
 * mvn -q -Pbenchmark -pl :rewind-benchmarks -am compile exec:exec -Dbenchmark.main=rewind.benchmarks.LayerTimes
 * </pre>
 */
public final class LayerTimes {
    private static final NDManager MANAGER;

    static {
        // both are read when the first kernel is used
        System.setProperty("rewind.threads", "1");
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        MANAGER = NDManager.newBaseManager(Device.cpu(), PytorchLearner.NAME);
    }

    /**
     * A layer in both systems.
     *
     * @param ours of tensors of these shapes
     * @param theirs of what the places tell of the same numbers
     * @param places for each tensor its shape for PyTorch before and the axes after
     */
    private record Subject(
            String name,
            List<Shape> shapes,
            Function<List<Tensor>, Tensor> ours,
            Function<List<NDArray>, NDArray> theirs,
            List<Place> places) {}

    /** How PyTorch has a tensor: reshaped, and with its axes in another order. */
    private record Place(int[] shape, int... axes) {
        static Place same(int... shape) {
            int[] axes = new int[shape.length];
            Arrays.setAll(axes, i -> i);
            return new Place(shape, axes);
        }

        Tensor of(Tensor x) {
            return x.reshape(shape).permute(axes);
        }
    }

    private final Subject subject;
    private final DType dtype;
    private final List<Tensor> at = new ArrayList<>();
    private final List<NDArray> there = new ArrayList<>();

    private LayerTimes(Subject subject, DType dtype) {
        this.subject = subject;
        this.dtype = dtype;
        Well19937c rng = new Well19937c(1);
        for (int i = 0; i < subject.shapes().size(); i++) {
            Tensor x = Tensor.randn(dtype, rng, subject.shapes().get(i).toArray());
            at.add(x);
            there.add(array(subject.places().get(i).of(x)));
        }
    }

    private static NDArray array(Tensor x) {
        ai.djl.ndarray.types.Shape shape = shape(x.shape().toArray());
        return x.dtype() == DType.FLOAT64
                ? MANAGER.create(x.toArray(), shape)
                : MANAGER.create(x.toFloatArray(), shape);
    }

    private static ai.djl.ndarray.types.Shape shape(int... sizes) {
        return new ai.djl.ndarray.types.Shape(
                Arrays.stream(sizes).asLongStream().toArray());
    }

    /** Measures, and prints a table: microseconds of a gradient, and how many times as long PyTorch takes. */
    public static void main(String... args) {
        String problem = PytorchLearner.problem(1);
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
        System.out.println(Machine.describe().values());
        System.out.println("| layer | FLOAT64, Rewind | PyTorch | ratio | FLOAT32, Rewind | PyTorch | ratio |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        List<String> names = new ArrayList<>(List.of(args));
        Alternation.Plan plan = Alternation.Plan.ofTwo(names.remove("--quick"));
        double logs = 0;
        int count = 0;
        for (Subject subject : subjects()) {
            if (!names.isEmpty() && names.stream().noneMatch(subject.name()::contains)) {
                continue;
            }
            System.out.print("| " + subject.name());
            for (DType dtype : DType.values()) {
                logs += Math.log(new LayerTimes(subject, dtype).ratio(plan));
                count++;
            }
            System.out.println(" |");
        }
        System.out.printf(Locale.ROOT, "geometric mean %.2f%n", Math.exp(logs / count));
    }

    private double ratio(Alternation.Plan plan) {
        compare();
        Workspace.Replay replay =
                Workspace.replay(in -> List.of(subject.ours().apply(in).square().sum()), at, List.of());
        List<Alternation.Timing> times = new Alternation(plan)
                .time(List.of(replay::run, () -> gradient(false)))
                .systems();
        double mine = times.get(0).lowerQuartile();
        double its = times.get(1).lowerQuartile();
        System.out.printf(Locale.ROOT, " | %.0f | %.0f | %.2f", 1e6 * mine, 1e6 * its, its / mine);
        return its / mine;
    }

    /** PyTorch's gradient; its lengths by input if asked for. */
    private double[] gradient(boolean lengths) {
        try (NDManager step = MANAGER.newSubManager()) {
            List<NDArray> leaves = new ArrayList<>();
            for (NDArray x : there) {
                NDArray leaf = x.stopGradient();
                leaf.attach(step);
                leaf.setRequiresGradient(true);
                leaves.add(leaf);
            }
            try (GradientCollector collector =
                    Engine.getEngine(PytorchLearner.NAME).newGradientCollector()) {
                collector.backward(subject.theirs().apply(leaves).square().sum());
            }
            return !lengths
                    ? new double[0]
                    : leaves.stream().mapToDouble(LayerTimes::lengthOfGradient).toArray();
        }
    }

    private static double lengthOfGradient(NDArray leaf) {
        return leaf.getGradient().toType(DataType.FLOAT64, true).norm().toDoubleArray()[0];
    }

    /** Both must have gradients of the same length with respect to every input. */
    private void compare() {
        List<Tensor> gradients = Grad.gradient(
                (List<Tensor> in) -> subject.ours().apply(in).square().sum(), at);
        double[] lengths = gradient(true);
        double tolerance = dtype == DType.FLOAT64 ? 1e-10 : 1e-4;
        for (int i = 0; i < lengths.length; i++) {
            double length = gradients.get(i).to(DType.FLOAT64).norm().toDouble();
            if (!(Math.abs(length - lengths[i]) <= tolerance * length)) {
                throw new IllegalStateException(subject.name() + ": the gradients of input " + i + " have the lengths "
                        + length + " and " + lengths[i]);
            }
        }
    }

    private static List<Subject> subjects() {
        return List.of(
                convolution(32, 16, 32, 3, 100),
                convolution(32, 64, 128, 3, 100),
                convolution(16, 8, 16, 5, 400),
                convolution(16, 1, 16, 3, 28, 28),
                convolution(16, 16, 32, 3, 14, 14),
                convolution(8, 32, 64, 3, 32, 32),
                attention(32, 4, 50, 16),
                attention(16, 8, 100, 32),
                attention(64, 1, 20, 32),
                softmax(4096, 10),
                softmax(512, 64),
                elementwise("gelu 512x256", Tensor::gelu, Activation::gelu, 512, 256),
                elementwise("tanh 512x256", Tensor::tanh, NDArray::tanh, 512, 256));
    }

    /** Along all axes of samples, which keep their sizes. */
    private static Subject convolution(int m, int features, int filters, int window, int... sizes) {
        int axes = sizes.length;
        int seen = features * (int) Math.pow(window, axes);
        int[] windows = filled(axes, window);
        int[] ones = filled(axes, 1);
        int[] x = new int[axes + 2];
        int[] U = new int[axes + 2];
        int[] channelsFirst = new int[axes + 2];
        int[] filtersFirst = new int[axes + 2];
        x[0] = m;
        x[axes + 1] = features;
        U[axes] = features;
        U[axes + 1] = filters;
        channelsFirst[1] = axes + 1;
        filtersFirst[0] = axes + 1;
        filtersFirst[1] = axes;
        for (int axis = 0; axis < axes; axis++) {
            x[axis + 1] = sizes[axis];
            U[axis] = window;
            channelsFirst[axis + 2] = axis + 1;
            filtersFirst[axis + 2] = axis;
        }
        Function<List<Tensor>, Tensor> ours = in -> {
            Tensor padded = in.get(0);
            for (int axis = 1; axis <= axes; axis++) {
                padded = padded.pad(axis, window / 2, window / 2);
            }
            int[] rows = x.clone();
            rows[axes + 1] = seen;
            return padded.windows(1, windows, ones, ones)
                    .reshape(rows)
                    .matmul(in.get(1))
                    .add(in.get(2));
        };
        ai.djl.ndarray.types.Shape one = shape(ones);
        ai.djl.ndarray.types.Shape half = shape(filled(axes, window / 2));
        return new Subject(
                "conv" + axes + "d " + m + "x" + joined(sizes) + "x" + features + " → " + filters + ", window "
                        + window,
                List.of(Shape.of(x), Shape.of(seen, filters), Shape.of(1, filters)),
                ours,
                in -> (axes == 1
                                ? Conv1d.conv1d(in.get(0), in.get(1), in.get(2), one, half, one, 1)
                                : Conv2d.conv2d(in.get(0), in.get(1), in.get(2), one, half, one, 1))
                        .singletonOrThrow(),
                List.of(new Place(x, channelsFirst), new Place(U, filtersFirst), Place.same(filters)));
    }

    private static int[] filled(int n, int value) {
        int[] all = new int[n];
        Arrays.fill(all, value);
        return all;
    }

    private static String joined(int... sizes) {
        return Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining("x"));
    }

    private static Subject attention(int... sizes) {
        double scale = 1 / Math.sqrt(sizes[3]);
        Shape shape = Shape.of(sizes);
        Place place = Place.same(sizes);
        return new Subject(
                "attention " + joined(sizes),
                List.of(shape, shape, shape),
                in -> Attention.dot(in.get(0), in.get(1), in.get(2), null),
                in -> in.get(0)
                        .mul(scale)
                        .matMul(in.get(1).transpose(0, 1, 3, 2))
                        .softmax(-1)
                        .matMul(in.get(2)),
                List.of(place, place, place));
    }

    private static Subject softmax(int rows, int classes) {
        return elementwise("softmax " + rows + "x" + classes, x -> x.softmax(-1), x -> x.softmax(-1), rows, classes);
    }

    private static Subject elementwise(
            String name, UnaryOperator<Tensor> ours, UnaryOperator<NDArray> theirs, int... sizes) {
        return new Subject(
                name,
                List.of(Shape.of(sizes)),
                in -> ours.apply(in.get(0)),
                in -> theirs.apply(in.get(0)),
                List.of(Place.same(sizes)));
    }

    @Override
    public String toString() {
        return subject.name() + " " + dtype;
    }
}

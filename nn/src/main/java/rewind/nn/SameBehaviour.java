package rewind.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Samples;

/**
 * Whether two models, or two activations, do the same bit by bit, NaN being equal to NaN, and have the same gradients, as far as samples
 * can tell: ordinary and positive ones, large and small ones, special numbers, and every id below {@value #MOST_IDS}, unless outputs are large. Layers are compared where they stand, with inputs that the layers before them
 * would not give, such as a last layer that caps what has never been so large.
 */
final class SameBehaviour {
    private static final double[] FINITE = {
        0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 10, -10, 255, 1e-300, -1e-300, 1e300, -1e300, Double.MIN_VALUE
    };
    private static final double[] NOT_FINITE = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MAX_VALUE, -Double.MAX_VALUE
    };
    private static final int SMALLEST_POWER = -6;
    private static final int LARGEST_POWER = 12;
    private static final int[] CLASSES = {2, 3, 10, 100, 1000, 100_000};
    private static final int MOST_IDS = 1 << 16;
    private static final int FEW_IDS = 100; // at once, as a layer that refuses one of them refuses all
    private static final int SOME_IDS = 1000; // for layers that only have something of a user's own in them
    private static final long MOST_ELEMENTS = 1 << 24; // that ids are compared by
    private static final int ELEMENTS = 4096;
    private static final int MOST_ROWS = 128;
    private static final int FEWEST_ROWS = 2;
    private static final int SWEPT_ROWS = 8;
    private static final int COLUMNS = 8;
    private static final double[] SPREADS = {0.1, 10};

    private SameBehaviour() {}

    /** Of two activations, whatever they are applied to. */
    static boolean of(Activation actual, Activation expected) {
        return new Outcomes(x -> List.of(actual.apply(x)), x -> List.of(expected.apply(x)))
                        .agree(Shape.of(COLUMNS), MOST_IDS)
                && swept(Shape.of(COLUMNS)).stream()
                        .allMatch(new Outcomes(x -> gradients(actual, x), x -> gradients(expected, x))::agree);
    }

    /** Of two models of the same layers, built from the same seed. */
    static boolean of(Model actual, Model expected) {
        return actual.clipping().equals(expected.clipping())
                && actual.parameters().stored().equals(expected.parameters().stored())
                && same(actual.parameters().values(), expected.parameters().values())
                && actual.applied().size() == expected.applied().size()
                && Arrays.stream(SPREADS).allMatch(spread -> computeTheSame(actual, expected, spread));
    }

    /** With parameters that are nothing special: what was drawn, and more. */
    private static boolean computeTheSame(Model actual, Model expected, double spread) {
        RandomGenerator rng = new Well19937c(1);
        Parameters parameters = expected.parameters()
                .map((name, p) -> p.add(Tensor.randn(rng, p.shape().toArray()).mul(spread)));
        boolean any = false; // of the samples for the whole model, which is the last one
        for (int i = 0; i < expected.applied().size(); i++) {
            BuiltLayer.Applied one = actual.applied().get(i);
            BuiltLayer.Applied other = expected.applied().get(i);
            Outcomes outputs = new Outcomes(x -> outputs(one, parameters, x), x -> outputs(other, parameters, x));
            Outcomes gradients = new Outcomes(x -> gradients(one, parameters, x), x -> gradients(other, parameters, x));
            int ids = other.layer().description().isOwn() ? MOST_IDS : SOME_IDS;
            if (!outputs.agree(other.input(), ids)
                    || !swept(other.input()).stream().allMatch(gradients::agree)) {
                return false;
            }
            any = outputs.any;
        }
        return any;
    }

    private static List<Tensor> outputs(BuiltLayer.Applied layer, Parameters parameters, Tensor x) {
        return List.of(
                layer.output(parameters, x, Pass.inference()),
                layer.scores(parameters, x, Pass.inference()),
                layer.output(parameters, x, Pass.training(new Well19937c(2))));
    }

    /** With respect to the sample and all parameters. */
    private static List<Tensor> gradients(BuiltLayer.Applied layer, Parameters parameters, Tensor x) {
        try (Tape tape = new Tape()) {
            Parameters watched = parameters.watchedBy(tape);
            Tensor in = tape.watch(x);
            Tensor output = layer.output(watched, in, Pass.training(new Well19937c(2)));
            Tensor scores = layer.scores(watched, in, Pass.training(new Well19937c(2)));
            Gradients all = tape.backward(weighted(output).add(weighted(scores)).add(nothing(in)));
            List<Tensor> gradients = new ArrayList<>(List.of(all.of(in)));
            watched.values().forEach(p -> gradients.add(all.of(p)));
            return gradients;
        }
    }

    private static List<Tensor> gradients(Activation activation, Tensor x) {
        try (Tape tape = new Tape()) {
            Tensor in = tape.watch(x);
            return List.of(tape.backward(weighted(activation.apply(in)).add(nothing(in)))
                    .of(in));
        }
    }

    /** A sum in which every element has a weight of its own, so that gradients do not cancel. */
    private static Tensor weighted(Tensor y) {
        return y.mul(Tensor.randn(new Well19937c(4), y.shape().toArray())).sum();
    }

    /** What may be added so that a sum is recorded even if nothing else in it depends on the sample. */
    private static Tensor nothing(Tensor x) {
        return x.mul(0).sum();
    }

    // ---- outcomes ----

    /** What two computations make of the same samples. */
    private static final class Outcomes {
        private final Function<Tensor, List<Tensor>> actual;
        private final Function<Tensor, List<Tensor>> expected;
        /** Whether any sample was taken. */
        private boolean any;
        /** Whether the last one was not. */
        private boolean refused;
        /** How many numbers were compared. */
        private long elements;

        Outcomes(Function<Tensor, List<Tensor>> actual, Function<Tensor, List<Tensor>> expected) {
            this.actual = actual;
            this.expected = expected;
        }

        boolean agree(Shape sample, int ids) {
            return samples(sample).stream().allMatch(this::agree) && agreeOnIds(sample, ids);
        }

        boolean agree(Tensor x) {
            List<Tensor> outcome = of(expected, x);
            any |= !outcome.isEmpty();
            elements += outcome.stream().mapToLong(Tensor::size).sum();
            refused = outcome.isEmpty();
            return same(of(actual, x), outcome);
        }

        /** Every id from some negative ones on, to the first that is refused. */
        private boolean agreeOnIds(Shape sample, int most) {
            int[] sizes = Samples.batch(Math.max(FEWEST_ROWS, FEW_IDS / Math.max(1, sample.size())), sample);
            Tensor places = Tensor.arange(Shape.of(sizes).size());
            boolean same = true;
            boolean ended = false;
            int next = -FEW_IDS;
            while (same && !ended && next < most && elements < MOST_ELEMENTS) {
                int first = next;
                int ids = first < SOME_IDS ? FEW_IDS : Math.max(FEW_IDS, places.size());
                same = agree(places.map(i -> first + i % ids).reshape(sizes));
                ended = first >= 0 && refused;
                next += ids;
            }
            return same;
        }

        /** Nothing if it does not take such samples. */
        private static List<Tensor> of(Function<Tensor, List<Tensor>> computation, Tensor x) {
            try {
                return computation.apply(x);
            } catch (RuntimeException e) {
                return List.of();
            }
        }
    }

    private static boolean same(List<Tensor> actual, List<Tensor> expected) {
        return actual.size() == expected.size()
                && IntStream.range(0, expected.size())
                        .allMatch(i ->
                                actual.get(i).shape().equals(expected.get(i).shape())
                                        && Arrays.equals(
                                                actual.get(i).toArray(),
                                                expected.get(i).toArray()));
    }

    // ---- samples ----

    private static List<Tensor> samples(Shape sample) {
        RandomGenerator rng = new Well19937c(3);
        int[] sizes = Samples.batch(rows(sample, MOST_ROWS), sample);
        Tensor positive = Tensor.uniform(rng, 0, 1, sizes);
        Tensor powers = ofPowers(rng, Samples.batch(rows(sample, ELEMENTS), sample));
        List<Tensor> samples = new ArrayList<>(List.of(
                Tensor.randn(rng, sizes),
                positive,
                powers,
                powers.abs(),
                rows(FINITE, sample),
                rows(NOT_FINITE, sample),
                drawn(rng, FINITE, sizes)));
        for (int classes : CLASSES) {
            samples.add(positive.mul(classes).map(Math::floor));
        }
        return samples;
    }

    /** Few samples for sweeps, without special numbers, which would make gradients of parameters NaN: ordinary ones, powers, and ids. */
    private static List<Tensor> swept(Shape sample) {
        RandomGenerator rng = new Well19937c(5);
        int[] sizes = Samples.batch(SWEPT_ROWS, sample);
        return List.of(
                Tensor.randn(rng, sizes),
                ofPowers(rng, sizes),
                Tensor.uniform(rng, 0, 2, sizes).map(Math::floor));
    }

    /** Numbers of all orders of magnitude and both signs. */
    private static Tensor ofPowers(RandomGenerator rng, int... sizes) {
        Tensor signs = Tensor.randn(rng, sizes).sign();
        return Tensor.uniform(rng, SMALLEST_POWER, LARGEST_POWER, sizes)
                .map(power -> StrictMath.pow(10, power))
                .mul(signs);
    }

    private static int rows(Shape sample, int most) {
        return Math.max(FEWEST_ROWS, Math.min(most, ELEMENTS / Math.max(1, sample.size())));
    }

    /** A sample of each number alone. */
    private static Tensor rows(double[] numbers, Shape sample) {
        int[] column = new int[sample.rank() + 1];
        Arrays.fill(column, 1);
        column[0] = numbers.length;
        return Tensor.ones(Samples.batch(numbers.length, sample))
                .mul(Tensor.of(numbers).reshape(column));
    }

    /** Samples with all of the numbers in them. */
    private static Tensor drawn(RandomGenerator rng, double[] numbers, int... sizes) {
        return Tensor.uniform(rng, 0, 1, sizes).map(u -> numbers[(int) (u * numbers.length)]);
    }
}

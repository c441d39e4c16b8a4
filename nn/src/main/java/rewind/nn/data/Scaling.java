package rewind.nn.data;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.StorelessUnivariateStatistic;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.Variance;
import org.apache.commons.math3.stat.descriptive.rank.Max;
import org.apache.commons.math3.stat.descriptive.rank.Min;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Lengths;

/**
 * Brings every feature, the last axis of a tensor, to a common scale: (x − centre)/scale. Fit it to training data only, and keep it with
 * the model that is trained on what it gives. Immutable.
 *
 * <pre>{@code
 * Scaling inputs = Scaling.standard(train.x()), outputs = Scaling.minMax(train.y());
 * Training.of(model).fit(train.mapX(inputs::apply).mapY(outputs::apply));
 * inputs.noteIn(model, "x");                                                  // Scaling.of(model, "x") reads it
 * Tensor forecast = outputs.invert(model.predict(inputs.apply(x)));
 * }</pre>
 */
public final class Scaling {
    private static final String NOTE = "scaling/";

    private final double[] centre;
    private final double[] scale;

    private Scaling(double[] centre, double[] scale) {
        this.centre = centre;
        this.scale = scale;
    }

    // ---- fits ----

    /**
     * Returns the scaling to mean 0 and standard deviation 1 (of the population, n in the denominator). A constant feature becomes 0.
     *
     * @param x (…, features)
     * @throws IllegalArgumentException if there is no number, or one that is not finite
     */
    public static Scaling standard(Tensor x) {
        return standard(new Dataset(x, x));
    }

    /** As {@link #standard(Tensor)}, of the samples x of a source, read once; the padding of sequences does not count. */
    public static Scaling standard(DataSource data) {
        StorelessUnivariateStatistic[][] fitted = fit(data, Mean::new, () -> new Variance(false));
        return of(
                results(fitted[0]),
                Arrays.stream(results(fitted[1])).map(Math::sqrt).toArray());
    }

    /** Returns the scaling to [0, 1], as {@link #minMax(Tensor, double, double)}. */
    public static Scaling minMax(Tensor x) {
        return minMax(x, 0, 1);
    }

    /**
     * Returns the scaling of the least value to {@code low} and of the greatest to {@code high}. A constant feature becomes {@code low}.
     *
     * @param x (…, features)
     * @throws IllegalArgumentException if there is no number, or one that is not finite, or unless low &lt; high
     */
    public static Scaling minMax(Tensor x, double low, double high) {
        return minMax(new Dataset(x, x), low, high);
    }

    /** As {@link #minMax(Tensor, double, double)}, of the samples x of a source, read once; the padding of sequences does not count. */
    public static Scaling minMax(DataSource data, double low, double high) {
        Check.that(
                low < high && Double.isFinite(high - low),
                "scaling: low must be less than high, got %s and %s",
                low,
                high);
        StorelessUnivariateStatistic[][] fitted = fit(data, Min::new, Max::new);
        double[] least = results(fitted[0]);
        double[] greatest = results(fitted[1]);
        double[] centre = new double[least.length];
        double[] scale = new double[least.length];
        for (int i = 0; i < scale.length; i++) {
            double range = (greatest[i] - least[i]) / (high - low);
            scale[i] = range == 0 ? 1 : range;
            centre[i] = least[i] - low * scale[i];
        }
        return of(centre, scale);
    }

    private static Scaling of(double[] centre, double[] deviations) {
        double[] scale =
                Arrays.stream(deviations).map(each -> each == 0 ? 1 : each).toArray();
        for (int i = 0; i < scale.length; i++) {
            Check.that(
                    Double.isFinite(centre[i]) && Double.isFinite(scale[i]),
                    "scaling: the values of feature %s are too large or too far apart to be scaled",
                    i);
        }
        return new Scaling(centre, scale);
    }

    /** For both statistics their values of every feature. */
    @SafeVarargs
    private static StorelessUnivariateStatistic[][] fit(
            DataSource data, Supplier<StorelessUnivariateStatistic>... kinds) {
        StorelessUnivariateStatistic[][] statistics = new StorelessUnivariateStatistic[kinds.length][0];
        try (Stream<Dataset> batches = data.batches(1024)) {
            batches.forEach(batch -> {
                int features = batch.x().size(-1);
                for (int k = 0; k < kinds.length; k++) {
                    statistics[k] = statistics[k].length > 0
                            ? statistics[k]
                            : Stream.generate(kinds[k]).limit(features).toArray(StorelessUnivariateStatistic[]::new);
                    add(batch, statistics[k]);
                }
            });
        }
        Check.that(
                statistics[0].length > 0 && statistics[0][0].getN() > 0,
                "scaling: there must be at least one value to fit to");
        return statistics;
    }

    private static void add(Dataset batch, StorelessUnivariateStatistic[] statistics) {
        double[] values = batch.x().toArray();
        int features = statistics.length;
        requireFeatures(batch.x(), features);
        int perSample = values.length / Math.max(1, batch.size());
        Optional<Lengths> lengths = batch.lengths();
        for (int i = 0; i < values.length; i++) {
            int step = i % perSample / features;
            if (lengths.isEmpty() || step < lengths.get().get(i / perSample)) {
                Check.that(
                        Double.isFinite(values[i]),
                        "scaling: feature %s must be finite, got %s",
                        i % features,
                        values[i]);
                statistics[i % features].increment(values[i]);
            }
        }
    }

    private static double[] results(StorelessUnivariateStatistic[] statistics) {
        return Arrays.stream(statistics)
                .mapToDouble(StorelessUnivariateStatistic::getResult)
                .toArray();
    }

    // ---- use ----

    /** Returns the number of features. */
    public int features() {
        return scale.length;
    }

    /**
     * Returns the scaling of chosen features, from 0 on, each as often as it is named: {@code features(2, 2)} for a target that is
     * feature 2 at two steps ahead.
     *
     * @throws IllegalArgumentException if there is no such feature
     */
    public Scaling features(int... chosen) {
        for (int feature : chosen) {
            Check.that(
                    feature >= 0 && feature < features(),
                    "scaling: there are the features 0 to %s, got %s",
                    features() - 1,
                    feature);
        }
        return new Scaling(select(centre, chosen), select(scale, chosen));
    }

    private static double[] select(double[] values, int... chosen) {
        return IntStream.of(chosen).mapToDouble(i -> values[i]).toArray();
    }

    /**
     * Returns (x − centre)/scale.
     *
     * @param x (…, features)
     * @throws IllegalArgumentException if it has another number of features
     */
    public Tensor apply(Tensor x) {
        requireFeatures(x, features());
        return x.sub(along(centre, x)).div(along(scale, x));
    }

    /**
     * Returns x · scale + centre, which undoes {@link #apply}.
     *
     * @param x (…, features)
     * @throws IllegalArgumentException if it has another number of features
     */
    public Tensor invert(Tensor x) {
        requireFeatures(x, features());
        return x.mul(along(scale, x)).add(along(centre, x));
    }

    private static Tensor along(double[] values, Tensor x) {
        return Tensor.of(Shape.of(values.length), values).to(x.dtype());
    }

    private static void requireFeatures(Tensor x, int features) {
        requireFeatures(x);
        Check.that(
                x.size(-1) == features,
                "scaling: the last axis must have %s features, got the shape %s",
                features,
                x.shape());
    }

    private static void requireFeatures(Tensor x) {
        Check.that(
                x.rank() >= 2,
                "scaling: there must be an axis of features, (samples, features), got the shape %s; expandDims(1) makes one feature of a vector",
                x.shape());
    }

    // ---- with a model ----

    /**
     * Keeps this scaling with a model, with which it is saved.
     *
     * @param name such as {@code x} or {@code y}, for {@link #of(Notes, String)}
     */
    public void noteIn(Notes model, String name) {
        model.note(NOTE + name, toString());
    }

    /**
     * Returns a scaling that is kept with a model, the same to the last bit.
     *
     * @throws IllegalArgumentException if the model has none of this name
     */
    public static Scaling of(Notes model, String name) {
        return parse(model.note(NOTE + name)
                .orElseThrow(() -> Check.failure(
                        "scaling: the model has no scaling %s; before it is saved, noteIn(model, \"%s\") adds it",
                        name, name)));
    }

    private static Scaling parse(String text) {
        String[] lines = text.split("\n", -1);
        Check.that(
                lines.length == 2 && lines[0].startsWith("centre ") && lines[1].startsWith("scale "),
                "scaling: a text must have the lines 'centre …' and 'scale …', got '%s'",
                text);
        double[] centre = numbers(lines[0]);
        double[] scale = numbers(lines[1]);
        Check.that(
                centre.length == scale.length
                        && Arrays.stream(centre).allMatch(Double::isFinite)
                        && Arrays.stream(scale).allMatch(each -> each != 0 && Double.isFinite(each)),
                "scaling: there must be as many finite centres as scales that are not 0, got '%s'",
                text);
        return new Scaling(centre, scale);
    }

    private static double[] numbers(String line) {
        try {
            return Arrays.stream(line.split(" ", -1))
                    .skip(1)
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } catch (NumberFormatException e) {
            throw Check.failure("scaling: there must be numbers, got '%s'", line);
        }
    }

    /** Returns the centres and scales, which {@link Double#parseDouble} reads exactly. */
    @Override
    public String toString() {
        return line("centre", centre) + "\n" + line("scale", scale);
    }

    private static String line(String name, double[] values) {
        return name + Arrays.stream(values).mapToObj(value -> " " + value).collect(Collectors.joining());
    }
}

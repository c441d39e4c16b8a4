package rewind.autograd.check;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;

/**
 * The scalar s = Σ w ⊙ f that stands for a function with any number of results f of any shape, at a point. The cotangents w are
 * random. If there is only one element, its cotangent is 2, by which everything is divided again: exact in floating point, but a
 * pullback that forgets its argument does not pass.
 */
final class Contraction {
    private final Function<List<Tensor>, List<Tensor>> f;
    private final List<Tensor> at;
    private final boolean gradient;
    private final List<Tensor> results;
    private final List<Tensor> cotangents;
    private final double unit;

    private Contraction(
            Function<List<Tensor>, List<Tensor>> f, List<Tensor> at, boolean gradient, RandomGenerator rng) {
        this.f = f;
        this.at = at;
        this.gradient = gradient;
        this.results = f.apply(at);
        boolean single = results.stream().mapToInt(Tensor::size).sum() == 1;
        this.unit = single ? 2 : 1;
        this.cotangents = results.stream()
                .map(y -> single
                        ? Tensor.full(y.dtype(), unit, y.shape())
                        : random(rng, y.shape()).to(y.dtype()))
                .toList();
    }

    static Contraction of(Function<List<Tensor>, List<Tensor>> f, List<Tensor> at, RandomGenerator rng) {
        return new Contraction(f, at, false, rng);
    }

    /** The contraction of this one's gradient. */
    Contraction derivative(RandomGenerator rng) {
        return new Contraction(this::gradient, at, true, rng);
    }

    /** A number of either sign with a magnitude between ½ and 1½: not so small that it would hide something. */
    static double random(RandomGenerator rng) {
        return (rng.nextBoolean() ? 1 : -1) * (0.5 + rng.nextDouble());
    }

    private static Tensor random(RandomGenerator rng, Shape shape) {
        double[] numbers = new double[shape.size()];
        Arrays.setAll(numbers, i -> random(rng));
        return Tensor.of(shape, numbers);
    }

    List<Tensor> at() {
        return at;
    }

    /** The results at the point. */
    List<Tensor> results() {
        return results;
    }

    List<Tensor> cotangents() {
        return cotangents;
    }

    /** ∂s/∂x at the point by reverse mode, for every input. */
    List<Tensor> gradient() {
        return gradient(at);
    }

    private List<Tensor> gradient(List<Tensor> x) {
        return inUnits(Grad.gradient(this::sum, x));
    }

    /** Undoes the cotangent of a single element, in what was computed from it. */
    List<Tensor> inUnits(List<Tensor> gradients) {
        return gradients.stream().map(g -> g.div(unit)).toList();
    }

    /** What {@link #inUnits} came from. */
    List<Tensor> inCotangents(List<Tensor> gradients) {
        return gradients.stream().map(g -> g.mul(unit)).toList();
    }

    /** s as a tensor, times the unit. */
    Tensor sum(List<Tensor> x) {
        List<Tensor> y = f.apply(x);
        Tensor sum = Tensor.of(0);
        for (int k = 0; k < y.size(); k++) {
            sum = sum.add(y.get(k).mul(cotangents.get(k)).sum().to(DType.FLOAT64));
        }
        return sum;
    }

    /** The largest magnitude among all recorded values that lead to s, which may be far larger than s: what rounding is relative to. */
    double largestValue() {
        return Trace.of(this::sum, at).operations().stream()
                .flatMapToDouble(op -> Arrays.stream(op.value().toArray()))
                .map(Math::abs)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    /** Whether a second evaluation gives the same results, but for rounding. */
    boolean isPure() {
        return isSame(results, f.apply(at));
    }

    /** Whether tensors are the same but for rounding; NaN is NaN. */
    boolean isSame(List<Tensor> some, List<Tensor> others) {
        double rounding = Math.max(1e-9, 64 * epsilon());
        return IntStream.range(0, some.size())
                .allMatch(k -> isSame(some.get(k).toArray(), others.get(k).toArray(), rounding));
    }

    private static boolean isSame(double[] some, double[] others, double rounding) {
        return some.length == others.length
                && IntStream.range(0, some.length)
                        .allMatch(i -> Double.compare(some[i], others[i]) == 0
                                || Math.abs(some[i] - others[i]) <= rounding * (1 + Math.abs(others[i])));
    }

    /** ε of the coarsest dtype among inputs and results. */
    double epsilon() {
        return Stream.concat(at.stream(), results.stream())
                .mapToDouble(x -> x.dtype().epsilon())
                .max()
                .orElse(DType.FLOAT64.epsilon());
    }

    /** Whether the results are themselves a gradient. */
    boolean isGradient() {
        return gradient;
    }

    /** Whether the cotangents are random; that of a single element is not. */
    boolean isRandom() {
        return unit == 1;
    }

    /** Σ |w| max(1, |f|) at the point. */
    double magnitude() {
        double magnitude = 0;
        for (int k = 0; k < results.size(); k++) {
            double[] w = cotangents.get(k).toArray();
            double[] y = results.get(k).toArray();
            for (int i = 0; i < w.length; i++) {
                magnitude += Math.abs(w[i]) * Math.max(1, Math.abs(y[i]));
            }
        }
        return magnitude / unit;
    }

    /** Σ |w|. */
    double weights() {
        return cotangents.stream().mapToDouble(w -> w.abs().sum().toDouble()).sum() / unit;
    }

    /** The change of s from one point to another. */
    Change change(List<Tensor> from, List<Tensor> to) {
        List<Tensor> first = f.apply(from);
        List<Tensor> second = f.apply(to);
        double value = 0;
        double magnitude = 0;
        for (int k = 0; k < first.size(); k++) {
            double[] before = first.get(k).toArray();
            double[] after = second.get(k).toArray();
            double[] w = cotangents.get(k).toArray();
            for (int i = 0; i < w.length; i++) {
                double change = after[i] - before[i];
                if (change != 0) {
                    value += w[i] * change;
                    double size = Math.max(Math.abs(before[i]), Math.abs(after[i]));
                    magnitude += Math.abs(w[i]) * Math.max(1, size);
                }
            }
        }
        return new Change(value / unit, magnitude / unit);
    }

    /** A change of s, and Σ |w| max(1, |f|) over those of its terms that changed. */
    record Change(double value, double magnitude) {}
}

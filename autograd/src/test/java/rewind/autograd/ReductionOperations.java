package rewind.autograd;

import static rewind.autograd.Operations.ANY;

import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import rewind.autograd.Operation.Call;
import rewind.autograd.check.jqwik.Domains;

/** The rows of the operations that add elements up, or choose among them; see {@link Operations}. */
final class ReductionOperations {
    private ReductionOperations() {}

    static Stream<Operation> rows() {
        return Stream.concat(reductions(), products());
    }

    // ---- reductions ----

    private static Stream<Operation> reductions() {
        return Stream.of(
                        reduction("sum", Tensor::sum, Tensor::sum, ReductionOperations::sum),
                        reduction("mean", Tensor::mean, Tensor::mean, ReductionOperations::mean),
                        reduction("max", Tensor::max, Tensor::max, ReductionOperations::largest),
                        reduction("min", Tensor::min, Tensor::min, line -> -largest(negated(line))),
                        reduction("variance", Tensor::variance, Tensor::variance, ReductionOperations::variance),
                        reduction("std", Tensor::std, Tensor::std, line -> Math.sqrt(variance(line))),
                        reduction("norm", Tensor::norm, Tensor::norm, line -> Math.sqrt(squares(line))),
                        reduction(
                                "logSumExp",
                                Tensor::logSumExp,
                                Tensor::logSumExp,
                                line -> Math.log(exponentials(line))),
                        Stream.of(
                                along("softmax(int...)", Tensor::softmax, (x, sum) -> Math.exp(x) / sum),
                                along("logSoftmax(int...)", Tensor::logSoftmax, (x, sum) -> x - Math.log(sum)),
                                new Operation("cumsum(int)", true, ReductionOperations::cumsum),
                                new Operation("argMax(int)", false, ReductionOperations::argMax),
                                new Operation("sumTo(Shape)", true, ReductionOperations::sumTo)))
                .flatMap(rows -> rows);
    }

    private static Stream<Operation> reduction(
            String name,
            BiFunction<Tensor, Axes, Tensor> f,
            BiFunction<Tensor, int[], Tensor> disappearing,
            ToDoubleFunction<double[]> ofLine) {
        return Stream.of(
                new Operation(name + "(Axes)", true, d -> {
                    Tensor x = input(d, name + "(Axes)");
                    int[] axes = d.axes(x.rank());
                    boolean kept = d.flag();
                    return Call.sums(
                            v -> f.apply(v, kept ? Axes.keep(axes) : Axes.of(axes)),
                            x,
                            grid -> grid.reduced(kept, Grid.axes(x.rank(), axes), ofLine));
                }),
                new Operation(name + "(int...)", true, d -> {
                    Tensor x = input(d, name + "(int...)");
                    int[] axes = d.axes(x.rank());
                    return Call.sums(
                            v -> disappearing.apply(v, axes),
                            x,
                            grid -> grid.reduced(false, Grid.axes(x.rank(), axes), ofLine));
                }));
    }

    private static Tensor input(Draws d, String signature) {
        int[] shape = Domains.needsElements(signature) ? d.filledShape(0) : d.shape();
        return Domains.needsDistinct(signature)
                ? d.distinct(shape).get(0)
                : d.tensor(Operations.domain(signature), shape);
    }

    private static Operation along(
            String signature, BiFunction<Tensor, int[], Tensor> f, DoubleBinaryOperator ofElementAndSum) {
        return new Operation(signature, true, d -> {
            Tensor x = d.tensor(ANY, d.shape());
            int[] axes = d.axes(x.rank());
            int[] over = Grid.axes(x.rank(), axes);
            return Call.sums(
                    v -> f.apply(v, axes),
                    x,
                    grid -> Grid.build(
                            grid.sizes(),
                            i -> ofElementAndSum.applyAsDouble(grid.at(i), exponentials(grid.line(i, over)))));
        });
    }

    private static Call cumsum(Draws d) {
        Tensor x = d.tensor(ANY, d.shape(1));
        int axis = d.axis(x.rank());
        int at = Math.floorMod(axis, x.rank());
        return Call.sums(
                v -> v.cumsum(axis),
                x,
                grid -> Grid.build(
                        grid.sizes(),
                        i -> Arrays.stream(grid.line(i, at)).limit(i[at] + 1L).sum()));
    }

    private static Call argMax(Draws d) {
        Tensor x = d.integers(0, 3, d.filledShape(1));
        int axis = d.axis(x.rank());
        return Call.moves(
                v -> v.argMax(axis),
                x,
                grid -> grid.reduced(false, Grid.axes(x.rank(), axis), ReductionOperations::first));
    }

    private static Call sumTo(Draws d) {
        int[] whole = d.shape();
        int[] part = d.repeatable(whole);
        Grid target = Grid.build(part, i -> 0);
        return Call.sums(
                v -> v.sumTo(Shape.of(part)),
                d.tensor(ANY, whole),
                grid -> Grid.build(
                        part,
                        to -> Grid.indices(whole).stream()
                                .filter(from -> Arrays.equals(target.projected(from), to))
                                .mapToDouble(grid::at)
                                .sum()));
    }

    private static double sum(double... line) {
        return Arrays.stream(line).sum();
    }

    private static double mean(double... line) {
        return sum(line) / line.length;
    }

    private static double largest(double... line) {
        return Arrays.stream(line).max().orElseThrow();
    }

    private static double[] negated(double... line) {
        return Arrays.stream(line).map(x -> -x).toArray();
    }

    /** Where the largest number stands first. */
    private static double first(double... line) {
        return IntStream.range(0, line.length)
                .filter(i -> line[i] == largest(line))
                .findFirst()
                .orElseThrow();
    }

    private static double variance(double... line) {
        double mean = mean(line);
        return mean(Arrays.stream(line).map(x -> (x - mean) * (x - mean)).toArray());
    }

    private static double squares(double... line) {
        return Arrays.stream(line).map(x -> x * x).sum();
    }

    private static double exponentials(double... line) {
        return Arrays.stream(line).map(Math::exp).sum();
    }

    // ---- products and cross-entropies ----

    private static Stream<Operation> products() {
        return Stream.of(
                new Operation("matmul(Tensor)", true, ReductionOperations::matmul),
                new Operation("dot(Tensor)", true, ReductionOperations::dot),
                new Operation("outer(Tensor)", true, ReductionOperations::outer),
                new Operation("softmaxCrossEntropy(Tensor)", true, ReductionOperations::softmaxCrossEntropy),
                new Operation("binaryCrossEntropy(Tensor)", true, ReductionOperations::binaryCrossEntropy));
    }

    private static Call dot(Draws d) {
        int size = d.length();
        return Call.sums(
                Tensor::dot,
                d.tensor(ANY, size),
                d.tensor(ANY, size),
                (x, y) -> Grid.build(
                        new int[0],
                        i -> IntStream.range(0, size)
                                .mapToDouble(k -> x.at(k) * y.at(k))
                                .sum()));
    }

    private static Call outer(Draws d) {
        return Call.sums(
                Tensor::outer,
                d.tensor(ANY, d.length()),
                d.tensor(ANY, d.length()),
                (x, y) -> Grid.build(new int[] {x.sizes()[0], y.sizes()[0]}, i -> x.at(i[0]) * y.at(i[1])));
    }

    private static Call matmul(Draws d) {
        int[] batch = d.batch();
        int inner = d.size();
        int[] left = shapeOfMatrices(d.repeatable(batch), d.size(), inner);
        int[] right = shapeOfMatrices(d.repeatable(batch), inner, d.size());
        return Call.sums(Tensor::matmul, d.tensor(ANY, left), d.tensor(ANY, right), ReductionOperations::product);
    }

    private static int[] shapeOfMatrices(int[] batch, int rows, int columns) {
        int[] sizes = Arrays.copyOf(batch, batch.length + 2);
        sizes[batch.length] = rows;
        sizes[batch.length + 1] = columns;
        return sizes;
    }

    private static Grid product(Grid x, Grid y) {
        int rows = x.sizes()[x.rank() - 2];
        int inner = x.sizes()[x.rank() - 1];
        int columns = y.sizes()[y.rank() - 1];
        int[] batch = Grid.common(Arrays.copyOf(x.sizes(), x.rank() - 2), Arrays.copyOf(y.sizes(), y.rank() - 2));
        int last = batch.length + 1;
        return Grid.build(
                shapeOfMatrices(batch, rows, columns),
                i -> IntStream.range(0, inner)
                        .mapToDouble(k ->
                                x.repeatedAt(Grid.replace(i, last, k)) * y.repeatedAt(Grid.replace(i, last - 1, k)))
                        .sum());
    }

    private static Call softmaxCrossEntropy(Draws d) {
        int[] shape = d.filledShape(1);
        Tensor logits = d.tensor(ANY, shape);
        Tensor targets = d.tensor(ANY, shape);
        return Call.sums(Tensor::softmaxCrossEntropy, logits, targets, ReductionOperations::softmaxCrossEntropy);
    }

    private static Call binaryCrossEntropy(Draws d) {
        return Operations.two(
                Tensor::binaryCrossEntropy, ReductionOperations::binaryCrossEntropy, d.broadcasting(ANY, ANY));
    }

    private static Grid softmaxCrossEntropy(Grid x, Grid t) {
        int last = x.rank() - 1;
        int[] rows = Grid.remove(x.sizes(), last);
        return Grid.build(rows, i -> {
            int[] any = Grid.insert(i, last, 0);
            double[] logits = x.line(any, last);
            double[] targets = t.line(any, last);
            return IntStream.range(0, logits.length)
                    .mapToDouble(k -> -targets[k] * Math.log(Math.exp(logits[k]) / exponentials(logits)))
                    .sum();
        });
    }

    private static DerivativeStructure binaryCrossEntropy(DerivativeStructure x, DerivativeStructure t) {
        DerivativeStructure positive = t.multiply(Operations.logSigmoid(x));
        DerivativeStructure negative = t.negate().add(1).multiply(Operations.logSigmoid(x.negate()));
        return positive.add(negative).negate();
    }
}

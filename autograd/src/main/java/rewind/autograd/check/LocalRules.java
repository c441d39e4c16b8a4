package rewind.autograd.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.Trace.Recorded;

/** The rules of all operations in one evaluation of a function, each checked alone, at the operands that it had there. */
final class LocalRules {
    private static final int ENTRIES = 4096;

    private final Trace trace;
    private final Unrolling unrolling;
    private final double tolerance;
    private final long seed;

    LocalRules(Function<List<Tensor>, Tensor> f, List<Tensor> at, double tolerance, long seed) {
        this.trace = Trace.of(f, at);
        this.unrolling = new Unrolling(trace);
        this.tolerance = tolerance;
        this.seed = seed;
    }

    /** What the rules with a verdict are, as lines of a report. */
    List<String> lines(Verdict verdict) {
        Map<String, List<Argument>> wrong = new LinkedHashMap<>(); // those of one place together
        for (Recorded op : trace.operations()) {
            for (Argument argument : arguments(op, verdict)) {
                String place = unrolling.same(op).get(0).position() + " " + argument.index;
                wrong.computeIfAbsent(place, key -> new ArrayList<>()).add(argument);
            }
        }
        List<String> lines = new ArrayList<>();
        wrong.values().forEach(each -> lines.addAll(describe(each, verdict)));
        return lines;
    }

    /** An argument of an operation; finite unless the derivative is not. */
    private record Argument(Recorded op, int index, boolean finite) {}

    /** The arguments for which an operation's rule gets the verdict. */
    private List<Argument> arguments(Recorded op, Verdict verdict) {
        List<Integer> differentiated = IntStream.range(0, op.inputs().size())
                .filter(i -> op.from().get(i) >= 0)
                .boxed()
                .toList();
        Well19937c rng = new Well19937c(seed);
        Contraction s = Contraction.of(
                in -> List.of(op.again(with(op, differentiated, in))),
                differentiated.stream().map(op.inputs()::get).toList(),
                rng);
        Tensor dy = s.cotangents().get(0);
        List<Tensor> pulled =
                s.inUnits(differentiated.stream().map(i -> op.pullBack(i, dy)).toList());
        List<Findings> findings = new Comparison(s, pulled, tolerance, rng).withDifferences();
        return IntStream.range(0, differentiated.size())
                .filter(k -> findings.get(k).verdict() == verdict)
                .mapToObj(k -> new Argument(
                        op,
                        differentiated.get(k),
                        Double.isFinite(findings.get(k).gravest().worst().distance())))
                .toList();
    }

    private static List<Tensor> with(Recorded op, List<Integer> places, List<Tensor> values) {
        List<Tensor> operands = new ArrayList<>(op.inputs());
        for (int k = 0; k < places.size(); k++) {
            operands.set(places.get(k), values.get(k));
        }
        return operands;
    }

    private List<String> describe(List<Argument> same, Verdict verdict) {
        Argument first = same.get(0);
        String what = verdict == Verdict.KINK ? "kink of " : first.finite ? "wrong rule: " : "not finite: ";
        String others = same.size() == 1 ? "" : " and in " + (same.size() - 1) + " more steps";
        List<String> lines = new ArrayList<>();
        lines.add(what + text(first.op, first.index, where(first.op, trace, unrolling) + others));
        if (verdict == Verdict.FAIL && first.finite) {
            lines.addAll(explain(first.op, first.index));
        }
        return lines;
    }

    /** An operation and one of its arguments, in words. */
    static String text(Recorded op, int argument, String where) {
        return op.op() + ", argument " + argument + " "
                + op.inputs().get(argument).shape() + ", " + where + ", called at "
                + op.site().replaceAll("lambda\\$(\\w+)\\$\\d+", "$1");
    }

    /** Where in the computation an operation stands, in words. */
    static String where(Recorded op, Trace trace, Unrolling unrolling) {
        String step = unrolling.step(op);
        return (step.isEmpty() ? "" : step + ", ") + "position " + op.position() + " of " + trace.size();
    }

    private List<String> explain(Recorded op, int argument) {
        long entries = (long) op.value().size() * op.inputs().get(argument).size();
        if (entries > ENTRIES || entries == 0) {
            return List.of();
        }
        double precision = Pattern.precision(op.value().dtype());
        Jacobian rule = Jacobian.byRule(op, argument);
        Jacobian right = Jacobian.byDifferences(op, op.inputs(), argument);
        if (rule.isNear(right, precision)) {
            return isForgetful(op, argument)
                    ? List.of("this looks like a forgotten cotangent: zeros do not give zeros")
                    : List.of();
        }
        List<String> lines = new ArrayList<>();
        Map<String, Shape> sizes = new LinkedHashMap<>();
        sizes.put("the result", op.value().shape());
        for (int i = 0; i < op.inputs().size(); i++) {
            sizes.put("argument " + i, op.inputs().get(i).shape());
        }
        new Pattern(rule, right, sizes, precision)
                .find()
                .or(() -> ofTransposed(op, argument, rule, precision))
                .ifPresent(text -> lines.add("this looks like " + text));
        if (entries > 1) {
            lines.addAll(new Picture("its Jacobian", rule.rows(), "by differences", right.rows(), precision).lines());
        }
        return lines;
    }

    /** Whether the rule gives something else than zeros for zeros. */
    private static boolean isForgetful(Recorded op, int argument) {
        Tensor zeros = Tensor.zeros(op.value().dtype(), op.value().shape());
        return Jacobian.ofGradient(op.pullBack(argument, zeros)).largest() > 0;
    }

    private static Optional<String> ofTransposed(Recorded op, int argument, Jacobian rule, double precision) {
        return IntStream.range(0, op.inputs().size())
                .filter(other -> other != argument
                        && Pattern.isSquare(op.inputs().get(other).shape()))
                .filter(other -> rule.isNear(Jacobian.byDifferences(op, transposed(op, other), argument), precision))
                .mapToObj(other -> "a missing transpose: of argument " + other)
                .findFirst();
    }

    /** The operands with one of them transposed. */
    static List<Tensor> transposed(Recorded op, int argument) {
        Tensor x = op.inputs().get(argument);
        return Jacobian.replaced(op.inputs(), argument, x.transpose());
    }
}

package rewind.autograd.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import rewind.autograd.Shape;
import rewind.autograd.Trace;

/**
 * What running a program takes: operations, floating-point operations, and bytes.
 *
 * @param operations how many there are
 * @param flops floating-point operations: 2·m·k·n for a product of matrices, one per element of the larger side for all others; none for
 *     what only moves elements
 * @param bytesRead of operands
 * @param bytesWritten of values; a reshaped value writes none, a part that is taken counts as copied
 * @param byName the same by the name of the operation, in alphabetical order
 */
public record Cost(long operations, long flops, long bytesRead, long bytesWritten, Map<String, Cost> byName) {
    private static final List<String> VIEWS = List.of("reshape", "detach", "named");
    private static final List<String> MOVES = List.of(
            "select", "slice", "permute", "flip", "broadcastTo", "concat", "stack", "gather", "pad", "take", "to");

    static Cost of(List<Trace.Recorded> recorded, Map<Integer, Shape> shapes) {
        Map<String, Cost> byName = new TreeMap<>();
        Cost all = new Cost(0, 0, 0, 0, Map.of());
        for (Trace.Recorded each : recorded) {
            Cost one = of(each, shapes);
            all = all.plus(one);
            byName.merge(each.op(), one, Cost::plus);
        }
        return new Cost(all.operations, all.flops, all.bytesRead, all.bytesWritten, byName);
    }

    private static Cost of(Trace.Recorded each, Map<Integer, Shape> shapes) {
        List<Shape> operands = new ArrayList<>();
        for (int i = 0; i < each.from().size(); i++) {
            int from = each.from().get(i);
            operands.add(from < 0 ? each.inputs().get(i).shape() : shapes.get(from));
        }
        long width = each.bytesPerElement();
        long out = each.shape().size();
        if (VIEWS.contains(each.op())) {
            return new Cost(1, 0, 0, 0, Map.of());
        }
        long in = operands.stream().mapToLong(Shape::size).sum();
        long largest =
                Math.max(out, operands.stream().mapToLong(Shape::size).max().orElse(0));
        long flops = MOVES.contains(each.op()) ? 0 : each.op().equals("matmul") ? product(each, operands) : largest;
        return new Cost(1, flops, width * in, width * out, Map.of());
    }

    /** 2·m·k·n per pair of matrices. */
    private static long product(Trace.Recorded each, List<Shape> operands) {
        Shape left = operands.get(0);
        Shape right = operands.get(1);
        long pairs = 1;
        for (int axis = 3; axis <= Math.max(left.rank(), right.rank()); axis++) {
            pairs *= Math.max(Shapes.size(left, axis), Shapes.size(right, axis));
        }
        boolean transposed = (boolean) each.attributes().get("transposedLeft");
        long k = left.size(transposed ? -2 : -1);
        return 2 * pairs * k * each.shape().size(-1) * each.shape().size(-2);
    }

    private Cost plus(Cost other) {
        return new Cost(
                operations + other.operations,
                flops + other.flops,
                bytesRead + other.bytesRead,
                bytesWritten + other.bytesWritten,
                Map.of());
    }

    /** Returns a table with a line per operation, and one of all. */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder(line("operation", "calls", "flops", "bytes read", "bytes written"));
        byName.forEach((name, cost) -> table.append(line(name, cost)));
        return table.append(line("all", this)).toString();
    }

    private static String line(String name, Cost cost) {
        return line(
                name,
                Long.toString(cost.operations),
                Long.toString(cost.flops),
                Long.toString(cost.bytesRead),
                Long.toString(cost.bytesWritten));
    }

    private static String line(String... cells) {
        return String.format(Locale.ROOT, "%-16s %10s %14s %14s %14s%n", (Object[]) cells)
                .replace("\r\n", "\n");
    }
}

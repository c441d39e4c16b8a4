package rewind.autograd.program;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import rewind.autograd.Shape;
import rewind.autograd.Trace;
import rewind.autograd.Trace.Recorded;
import rewind.autograd.algebra.Shapes;
import rewind.autograd.require.Check;

/** What running a program takes, in all, by operation, by layer and by step. */
public final class Cost {
    private static final Set<String> VIEWS = Set.of("reshape", "detach", "named");
    /** What reads no more than it gives. */
    private static final Set<String> PARTS = Set.of("select", "slice", "take", "gather", "windows");

    private static final Set<String> MOVES = Set.of(
            "select",
            "slice",
            "permute",
            "flip",
            "broadcastTo",
            "concat",
            "stack",
            "gather",
            "pad",
            "take",
            "place",
            "windows",
            "to");

    private final Program program;
    private final Shape[] shapes;
    private Map<Integer, Long> kept;

    Cost(Program program) {
        this.program = program;
        this.shapes = shapes(program);
    }

    /**
     * What some operations take.
     *
     * @param operations how many there are
     * @param flops floating-point operations: 2·m·k·n for a product of matrices, one per element of the larger side for all others; none for
     *     what only moves elements
     * @param bytesRead of operands, of which a part is taken that part alone
     * @param bytesWritten of values; a reshaped value writes none, a part that is taken counts as copied
     * @param bytesKept of values that the reverse sweep needs, so that they stay from the forward pass until it comes to them; inputs are
     *     not counted, and none if there is no sweep
     */
    public record Amount(long operations, long flops, long bytesRead, long bytesWritten, long bytesKept) {
        private static final Amount NOTHING = new Amount(0, 0, 0, 0, 0);

        private Amount plus(Amount other) {
            return new Amount(
                    operations + other.operations,
                    flops + other.flops,
                    bytesRead + other.bytesRead,
                    bytesWritten + other.bytesWritten,
                    bytesKept + other.bytesKept);
        }
    }

    /** Returns how many operations there are. */
    public long operations() {
        return program.trace().operations().size();
    }

    /** Returns the floating-point operations, see {@link Amount}. */
    public long flops() {
        return program.trace().operations().stream()
                .mapToLong(each -> flops(each, shapes))
                .sum();
    }

    /** Returns the bytes of all operands. */
    public long bytesRead() {
        return program.trace().operations().stream().mapToLong(this::bytesRead).sum();
    }

    /** Returns the bytes of all values. */
    public long bytesWritten() {
        return program.trace().operations().stream()
                .mapToLong(Cost::bytesWritten)
                .sum();
    }

    /** Returns the bytes that the reverse sweep needs of the forward pass; for this the sweep is recorded. */
    public long bytesKept() {
        return kept().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns all of it; for this the sweep is recorded. */
    public Amount total() {
        return by(each -> "").getOrDefault("", Amount.NOTHING);
    }

    /** Returns it by the name of the operation, in alphabetical order; for this the sweep is recorded. */
    public Map<String, Amount> byOperation() {
        return Collections.unmodifiableMap(new TreeMap<>(by(Recorded::op)));
    }

    /**
     * Returns it by layer, in the order in which they come: {@code lstm}, and {@code lstm, backward} for what a sweep does there. What is in no
     * layer has an empty name. For this the sweep is recorded.
     */
    public Map<String, Amount> byLayer() {
        return Collections.unmodifiableMap(by(each -> each.layer() + backward(each)));
    }

    /**
     * Returns it by the step of a loop, counted from 1, in the order in which they come: {@code lstm⟨1⟩}, and {@code lstm⟨1⟩, backward} for
     * what a sweep does there. What is in no loop is missing. For this the sweep is recorded.
     */
    public Map<String, Amount> byStep() {
        Map<String, Amount> all = by(each -> each.step() < 0 ? "" : step(each.loop(), each.step() + 1, backward(each)));
        all.remove("");
        return Collections.unmodifiableMap(all);
    }

    private static String step(String loop, Object step, String backward) {
        return loop + "⟨" + step + "⟩" + backward;
    }

    private static String backward(Recorded each) {
        return each.call().startsWith("d") ? ", backward" : "";
    }

    private Map<String, Amount> by(Function<Recorded, String> name) {
        Map<String, Amount> amounts = new LinkedHashMap<>();
        for (Recorded each : program.trace().operations()) {
            Amount one = new Amount(
                    1,
                    flops(each, shapes),
                    bytesRead(each),
                    bytesWritten(each),
                    kept().getOrDefault(each.position(), 0L));
            amounts.merge(name.apply(each), one, Amount::plus);
        }
        return amounts;
    }

    private synchronized Map<Integer, Long> kept() {
        if (kept == null) {
            kept = Kept.of(program);
        }
        return kept;
    }

    static boolean isView(Recorded each) {
        return VIEWS.contains(each.op());
    }

    private long bytesRead(Recorded each) {
        if (PARTS.contains(each.op())) {
            return bytesWritten(each);
        }
        long read = 0;
        for (int i = 0; i < each.from().size() && !isView(each); i++) {
            read += operand(each, i, shapes).size();
        }
        return each.bytesPerElement() * read;
    }

    static long bytesWritten(Recorded each) {
        return isView(each) ? 0 : (long) each.bytesPerElement() * each.shape().size();
    }

    private static Shape operand(Recorded each, int i, Shape[] shapes) {
        int from = each.from().get(i);
        return from < 0 ? each.inputs().get(i).shape() : shapes[from];
    }

    /** The shapes of all values of a program by their position. */
    static Shape[] shapes(Program program) {
        Shape[] shapes = new Shape[program.trace().size()];
        for (int i = 0; i < program.variables().size(); i++) {
            shapes[i] = program.variables().get(i).shape();
        }
        program.trace().operations().forEach(each -> shapes[each.position()] = each.shape());
        return shapes;
    }

    /** The floating-point operations of one operation. */
    static long flops(Recorded each, Shape[] shapes) {
        if (isView(each) || MOVES.contains(each.op())) {
            return 0;
        }
        if (each.op().equals("matmul")) {
            return product(each, operand(each, 0, shapes), operand(each, 1, shapes));
        }
        long largest = each.shape().size();
        for (int i = 0; i < each.from().size(); i++) {
            largest = Math.max(largest, operand(each, i, shapes).size());
        }
        return largest;
    }

    /** 2·m·k·n per pair of matrices. */
    private static long product(Recorded each, Shape left, Shape right) {
        long pairs = 1;
        for (int axis = 3; axis <= Math.max(left.rank(), right.rank()); axis++) {
            pairs *= Math.max(Shapes.size(left, axis), Shapes.size(right, axis));
        }
        boolean transposed = (boolean) each.attributes().get("transposedLeft");
        long k = left.size(transposed ? -2 : -1);
        return 2 * pairs * k * each.shape().size(-1) * each.shape().size(-2);
    }

    /** Returns a table with a line per operation, per layer, per step, and one of all; steps that take the same share a line. */
    @Override
    public String toString() {
        Table table = new Table();
        table.part("operation", byOperation());
        Map<String, Amount> layers = byLayer();
        if (layers.size() > 1 || !layers.containsKey("")) {
            table.part("layer", layers);
        }
        if (program.trace().operations().stream().anyMatch(each -> each.step() >= 0)) {
            table.part("step", foldedSteps());
        }
        return table.part("", Map.of("all", total())).toString();
    }

    /** Neighbouring steps of a loop that take the same as one. */
    private Map<String, Amount> foldedSteps() {
        Map<String, Amount> bySteps = byStep();
        Map<String, Amount> folded = new LinkedHashMap<>();
        Recorded first = null;
        Recorded last = null;
        Amount same = null;
        for (Recorded each : program.trace().operations()) {
            if (each.step() < 0 || (last != null && name(each).equals(name(last)))) {
                continue;
            }
            Amount amount = bySteps.get(name(each));
            boolean goesOn = last != null
                    && each.loop().equals(last.loop())
                    && backward(each).equals(backward(last))
                    && amount.equals(same);
            if (last != null && !goesOn) {
                folded.put(range(first, last), same);
            }
            first = goesOn ? first : each;
            last = each;
            same = amount;
        }
        folded.put(range(first, last), same);
        return folded;
    }

    private static String name(Recorded each) {
        return step(each.loop(), each.step() + 1, backward(each));
    }

    private static String range(Recorded first, Recorded last) {
        String steps = first.step() == last.step()
                ? Integer.toString(first.step() + 1)
                : (first.step() + 1) + " … " + (last.step() + 1);
        return step(first.loop(), steps, backward(first)) + (first.step() == last.step() ? "" : " each");
    }

    /** Lines of numbers below each other. */
    private static final class Table {
        private final StringBuilder lines = new StringBuilder();

        Table part(String title, Map<String, Amount> amounts) {
            if (!title.isEmpty()) {
                line(title, List.of("calls", "flops", "bytes read", "bytes written", "bytes kept"));
            }
            amounts.forEach((name, amount) -> line(
                    name.isEmpty() ? "(none)" : name,
                    List.of(amount.operations, amount.flops, amount.bytesRead, amount.bytesWritten, amount.bytesKept)));
            return this;
        }

        private void line(String name, List<?> cells) {
            lines.append(name).append(" ".repeat(Math.max(1, 24 - name.length())));
            for (int i = 0; i < cells.size(); i++) {
                String cell = cells.get(i).toString();
                lines.append(" ".repeat(Math.max(1, (i == 0 ? 8 : 15) - cell.length())))
                        .append(cell);
            }
            lines.append('\n');
        }

        @Override
        public String toString() {
            return lines.toString();
        }
    }

    /** What a reverse sweep needs of the forward pass, read from the recorded sweep. */
    private static final class Kept {
        private Kept() {}

        /** The bytes of values that the sweep of a program uses, by their position; one that is the same in another shape counts once. */
        static Map<Integer, Long> of(Program program) {
            List<Recorded> forward = program.trace().operations();
            Map<Integer, Long> kept = new HashMap<>();
            if (program.trace().positions().stream().allMatch(position -> position < 0)) {
                return kept;
            }
            Trace sweep = program.adjoint().trace();
            List<Recorded> all = sweep.operations();
            Map<Integer, Integer> places =
                    new HashMap<>(); // of forward operations, by their position in the sweep's program
            for (int i = 0; i < forward.size(); i++) {
                Recorded again = all.get(i);
                Check.that(
                        again.op().equals(forward.get(i).op()),
                        "program: the function must do the same when it is differentiated, got %s instead of %s at %s",
                        again.op(),
                        forward.get(i).op(),
                        again.site());
                places.put(again.position(), i);
            }
            Set<Integer> needed = new HashSet<>(sweep.positions());
            for (int i = all.size() - 1; i >= forward.size(); i--) {
                if (!needed.contains(all.get(i).position())) {
                    continue;
                }
                for (int from : all.get(i).from()) {
                    needed.add(from);
                    Integer place = places.get(from);
                    while (place != null && Cost.isView(all.get(place))) {
                        place = places.get(all.get(place).from().get(0));
                    }
                    if (place != null) {
                        kept.put(forward.get(place).position(), Cost.bytesWritten(forward.get(place)));
                    }
                }
            }
            return kept;
        }
    }
}

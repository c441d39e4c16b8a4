package rewind.autograd.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.Trace;

/** Which values of a trace equations need, which of them need a name as they are used more than once, and which sums are parts of others. */
final class Uses {
    /** What takes parts of a value: several such uses are none of the whole. */
    private static final Set<String> PARTS =
            Set.of("select", "slice", "reshape", "permute", "broadcastTo", "place", "take", "pad");

    /** What is written with a sign between or after its operands. */
    private static final Set<String> SHORT = Set.of(
            "add",
            "sub",
            "neg",
            "mul",
            "maskedBy",
            "div",
            "square",
            "select",
            "slice",
            "reshape",
            "permute",
            "broadcastTo",
            "take",
            "named",
            "detach",
            "to");

    private static final int LONG = 10;

    private final Trace trace;
    private final Set<Integer> needed = new HashSet<>();
    private final Map<Integer, Integer> counts = new HashMap<>();
    /** Sums that are terms of one other sum alone. */
    private final Map<Integer, Trace.Recorded> innerSums = new HashMap<>();

    private final Map<Integer, Integer> weights = new HashMap<>();
    /** The places of operations whose values get a name. */
    private final Set<String> shared = new HashSet<>();

    /** @param ofSweep the inputs that are cotangents or tangents */
    Uses(Trace trace, Set<Integer> ofSweep) {
        this.trace = trace;
        findNeeded(ofSweep);
        findShared();
    }

    boolean isNeeded(Trace.Recorded each) {
        return needed.contains(each.position());
    }

    /** Whether a value is long and used more than once. */
    boolean isShared(Trace.Recorded each) {
        return shared.contains(place(each));
    }

    /** The sum at a position if it is a term of one other sum alone; null if not. */
    Trace.Recorded innerSum(int position) {
        return innerSums.get(position);
    }

    /** What the same operation of all steps has in common. */
    static String place(Trace.Recorded each) {
        String step = each.step() < 0 ? "" : " at a step";
        return each.loop() + step + " " + each.call() + " " + each.op() + each.shape();
    }

    /** What results are made of, and what is named alike at other steps. */
    private void findNeeded(Set<Integer> ofSweep) {
        needed.addAll(trace.positions());
        needed.addAll(ofOtherSteps(ofSweep));
        Set<Integer> terms = new HashSet<>();
        Set<Integer> others = new HashSet<>();
        List<Trace.Recorded> all = trace.operations();
        for (int i = all.size() - 1; i >= 0; i--) {
            Trace.Recorded each = all.get(i);
            if (!needed.contains(each.position())) {
                continue;
            }
            boolean once = counts.getOrDefault(each.position(), 0) == 1
                    && !trace.positions().contains(each.position());
            boolean inSums = terms.contains(each.position()) && !others.contains(each.position());
            if (each.op().equals("add") && each.name() == null && once && inSums) {
                innerSums.put(each.position(), each);
            }
            for (int from : each.from()) {
                needed.add(from);
                counts.merge(from, PARTS.contains(each.op()) ? 0 : 1, Integer::sum);
                (each.op().equals("add") ? terms : others).add(from);
            }
        }
    }

    /** Values of steps, outside the sweep, with the names of some that results are made of. */
    private List<Integer> ofOtherSteps(Set<Integer> ofSweep) {
        Set<Integer> made = new HashSet<>(trace.positions());
        Set<String> named = new HashSet<>();
        List<Trace.Recorded> all = trace.operations();
        for (int i = all.size() - 1; i >= 0; i--) {
            Trace.Recorded each = all.get(i);
            if (made.contains(each.position())) {
                made.addAll(each.from());
                named.add(each.name());
            }
        }
        named.remove(null);
        Set<Integer> sweep = new HashSet<>(ofSweep);
        List<Integer> others = new ArrayList<>();
        for (Trace.Recorded each : all) {
            if (each.from().stream().anyMatch(sweep::contains)) {
                sweep.add(each.position());
            } else if (each.step() != Term.NO_STEP && named.contains(each.name())) {
                others.add(each.position());
            }
        }
        return others;
    }

    /** Finds what is long and used more than once, at one step at least: all steps name it. */
    private void findShared() {
        for (Trace.Recorded each : trace.operations()) {
            if (needed.contains(each.position())) {
                int weight = weight(each, each.from());
                int times = counts.getOrDefault(each.position(), 0);
                boolean isShared = times > 1 && weight > 1 && times + weight > 4 && !PARTS.contains(each.op());
                if (isShared && each.name() == null) {
                    shared.add(place(each));
                }
                weights.put(each.position(), isShared || each.name() != null ? 1 : weight);
            }
        }
    }

    /** How long a value is when it is written down: what has names counts one, a product of matrices or a function more than fits. */
    private int weight(Trace.Recorded each, List<Integer> from) {
        if (!SHORT.contains(each.op())) {
            return LONG;
        }
        int weight = 0;
        for (int i = 0; i < from.size(); i++) {
            int own = from.get(i) < 0
                    ? Math.min(each.inputs().get(i).size() - 1, 1)
                    : weights.getOrDefault(from.get(i), 1);
            weight = Math.min(LONG, weight + own);
        }
        return weight;
    }
}

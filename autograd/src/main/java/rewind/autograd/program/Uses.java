package rewind.autograd.program;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.Shape;
import rewind.autograd.Trace;
import rewind.autograd.algebra.Term;

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
    /** What is longer is written once, though nothing but parts of it are used. */
    private static final int HUGE = 60;
    /** In zeros a value may be written once for each of its indices: a guess of how many they are. */
    private static final int PIECES = 3;

    private final Trace trace;
    private final Skipped skipped;
    private final BitSet needed = new BitSet();
    /** How often each value is used, by its position. */
    private final int[] counts;
    /** The same with uses of parts. */
    private final int[] countsOfAll;
    /** How many values are written where a value is, by its position. */
    private final int[] sizes;
    /** Sums that are terms of one other sum alone. */
    private final Trace.Recorded[] innerSums;

    private final int[] weights;
    /** The places of operations whose values get a name. */
    private final Set<Place> shared = new HashSet<>();
    /** Whether what sweeps find at a place is one adjoint per step; of several sweeps there are several. */
    private boolean singleSweep = true;

    /** @param ofSweep the inputs that are cotangents or tangents */
    Uses(Trace trace, Skipped skipped, BitSet ofSweep) {
        this.trace = trace;
        this.skipped = skipped;
        this.counts = new int[trace.size()];
        this.countsOfAll = new int[trace.size()];
        this.sizes = new int[trace.size()];
        this.innerSums = new Trace.Recorded[trace.size()];
        this.weights = new int[trace.size()];
        Arrays.fill(weights, 1);
        findSweeps();
        findNeeded(ofSweep);
        findShared();
    }

    boolean isNeeded(Trace.Recorded each) {
        return needed.get(each.position());
    }

    /** Whether a value is long and used more than once, or drawn. */
    boolean isShared(Trace.Recorded each) {
        return shared.contains(place(each));
    }

    /** The sum at a position if it is a term of one other sum alone; null if not. */
    Trace.Recorded innerSum(int position) {
        return position < 0 ? null : innerSums[skipped.isSkipped(position) ? skipped.glued(position) : position];
    }

    /** What the same operation of all steps has in common. */
    record Place(String loop, boolean ofStep, String call, String op, Shape shape) {
        static Place of(Trace.Recorded each) {
            return new Place(each.loop(), each.step() >= 0, each.call(), each.op(), each.shape());
        }

        /** Of an operation outside loops, of which there is one for each step. */
        Place ofOutside(int number) {
            return new Place("", true, Integer.toString(number), op, shape);
        }

        /** Of the adjoint of a value, whichever operation gives it at a step. */
        Place ofAdjoint() {
            return new Place(loop, ofStep, call, "", shape);
        }
    }

    /** What values of all steps that have the same name have in common. */
    Place place(Trace.Recorded each) {
        Place place = skipped.place(each);
        return singleSweep && isAdjoint(each) ? place.ofAdjoint() : place;
    }

    /** Whether it is what arrived at an operation, rather than a part of what that hands on. */
    private static boolean isAdjoint(Trace.Recorded each) {
        return !each.call().contains(".");
    }

    private void findSweeps() {
        Map<Place, BitSet> steps = new HashMap<>();
        for (Trace.Recorded each : skipped.read()) {
            if (isAdjoint(each)) {
                BitSet of = steps.computeIfAbsent(Place.of(each).ofAdjoint(), key -> new BitSet());
                singleSweep &= !of.get(each.step() + 1);
                of.set(each.step() + 1);
            }
        }
    }

    /** What results are made of, and what is named alike at other steps. */
    private void findNeeded(BitSet ofSweep) {
        BitSet results = results();
        needed.or(results);
        needed.or(ofOtherSteps(ofSweep));
        BitSet terms = new BitSet();
        BitSet others = new BitSet();
        List<Trace.Recorded> all = skipped.read();
        for (int i = all.size() - 1; i >= 0; i--) {
            Trace.Recorded each = all.get(i);
            if (!needed.get(each.position())) {
                continue;
            }
            boolean isSum = each.op().equals("add");
            boolean once = counts[each.position()] == 1 && !results.get(each.position());
            boolean inSums = terms.get(each.position()) && !others.get(each.position());
            if (isSum && each.name() == null && once && inSums) {
                innerSums[each.position()] = each;
            }
            int count = PARTS.contains(each.op()) ? 0 : 1;
            for (int from : skipped.from(each)) {
                if (from >= 0) {
                    needed.set(from);
                    counts[from] += count;
                    countsOfAll[from] += each.op().equals("place") ? 2 : 1; // which may be one for each index
                    (isSum ? terms : others).set(from);
                }
            }
        }
    }

    /** Values of steps, outside the sweep, with the names of some that results are made of. */
    private BitSet ofOtherSteps(BitSet ofSweep) {
        BitSet made = results();
        Set<String> named = new HashSet<>();
        List<Trace.Recorded> all = skipped.read();
        for (int i = all.size() - 1; i >= 0; i--) {
            Trace.Recorded each = all.get(i);
            if (made.get(each.position())) {
                setAll(made, skipped.from(each));
                named.add(each.name());
            }
        }
        named.remove(null);
        BitSet sweep = (BitSet) ofSweep.clone();
        BitSet others = new BitSet();
        for (Trace.Recorded each : all) {
            if (isOf(sweep, each)) {
                sweep.set(each.position());
            } else if (each.step() != Term.NO_STEP && named.contains(each.name())) {
                others.set(each.position());
            }
        }
        return others;
    }

    /** Whether an operation has an operand of a set. */
    boolean isOf(BitSet set, Trace.Recorded each) {
        for (int from : skipped.from(each)) {
            if (from >= 0 && set.get(from)) {
                return true;
            }
        }
        return false;
    }

    private BitSet results() {
        BitSet results = new BitSet();
        setAll(results, trace.positions());
        return results;
    }

    private static void setAll(BitSet set, List<Integer> positions) {
        for (int position : positions) {
            if (position >= 0) {
                set.set(position);
            }
        }
    }

    /** Finds what is long and used more than once, at one step at least: all steps name it; and what is drawn. */
    private void findShared() {
        BitSet inZeros = new BitSet(); // what is put together of pieces, which have no name as a whole
        for (Trace.Recorded each : skipped.read()) {
            if (needed.get(each.position())) {
                inZeros.set(
                        each.position(), each.op().equals("place") || (each.op().equals("add") && isOf(inZeros, each)));
                int weight = weight(each, skipped.from(each));
                int uses = counts[each.position()];
                boolean isLong = uses > 1 && weight > 1 && uses + weight > 4 && !PARTS.contains(each.op());
                int times = each.op().equals("place") ? PIECES : 1;
                int size = skipped.from(each).stream()
                        .mapToInt(from -> from < 0 ? times : times * sizes[from])
                        .reduce(1, (one, other) -> Math.min(HUGE, one + other));
                boolean isHuge = size == HUGE && countsOfAll[each.position()] > 1 && !PARTS.contains(each.op());
                boolean isShared = isLong || isHuge || each.op().equals("draw"); // of which every use is the same draw
                if (isShared && each.name() == null) {
                    shared.add(place(each));
                }
                boolean isNamed = (isShared && !inZeros.get(each.position())) || each.name() != null;
                weights[each.position()] = isNamed ? 1 : weight;
                sizes[each.position()] = isNamed ? 1 : size;
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
            int own = from.get(i) < 0 ? Math.min(each.inputs().get(i).size() - 1, 1) : weights[from.get(i)];
            weight = Math.min(LONG, weight + own);
        }
        return weight;
    }
}

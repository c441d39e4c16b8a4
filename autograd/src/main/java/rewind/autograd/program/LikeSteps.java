package rewind.autograd.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.algebra.Term;
import rewind.autograd.buffer.Selection;

/**
 * Finds, from the entries alone, the steps of loops whose operations are those of the step before on the values of a step later. Each
 * operation has a place, which it shares with that of the other steps.
 */
final class LikeSteps {
    static final int NONE = -1;
    /** How far the operands of a step may come from. */
    static final int FARTHEST = 2;

    private final Trace trace;
    private final Trace.Recorded[] operations;
    /** By position: the place, or {@link #NONE}, and the step. */
    private final int[] places;

    private final int[] steps;
    /** By place, then by step: the position plus 1. */
    private final List<int[]> positions = new ArrayList<>();

    private final List<Object> keys = new ArrayList<>();
    private final Map<Object, Integer> ids = new HashMap<>();
    /** By place: the one that came after it the last time. */
    private int[] next = new int[64];

    /** By place: how attributes grow with the step. */
    private final List<List<Integer>> growths = new ArrayList<>();

    /** By step: how many operations there are, and how many of these are like those of the step before. */
    private int[] counts = new int[64];

    private int[] like = new int[64];
    private final BitSet different = new BitSet();

    LikeSteps(Trace trace) {
        this.trace = trace;
        this.operations = new Trace.Recorded[trace.size()];
        this.places = new int[trace.size()];
        this.steps = new int[trace.size()];
        Arrays.fill(places, NONE);
        Arrays.fill(steps, Term.NO_STEP);
        int before = 0;
        for (Trace.Recorded each : trace.operations()) {
            operations[each.position()] = each;
            before = add(each, before);
        }
    }

    /** The operation at a position; null of an input. */
    Trace.Recorded operation(int position) {
        return operations[position];
    }

    /** The place at a position, {@link #NONE} outside steps. */
    int place(int position) {
        return places[position];
    }

    /** The step at a position; outside loops, that of its last operand, if the others are near, or the index of a part. */
    int step(int position) {
        return steps[position];
    }

    /** What is at the same place as a position at another step; {@link #NONE} if there is nothing. */
    int at(int position, int step) {
        return atPlace(places[position], step);
    }

    int atPlace(int place, int step) {
        int[] all = positions.get(place);
        return step < 0 || step >= all.length ? NONE : all[step] - 1;
    }

    int countPlaces() {
        return positions.size();
    }

    /** The steps that are like the one before, in runs of at least a length. */
    BitSet runs(int fewest, int margin) {
        int last = counts.length;
        while (last > 0 && counts[last - 1] == 0) {
            last--;
        }
        BitSet others = (BitSet) different.clone();
        others.set(0);
        others.set(last);
        for (int step = 1; step < last; step++) {
            if (counts[step] != counts[step - 1] || like[step] != counts[step]) {
                others.set(step);
            }
        }
        BitSet runs = new BitSet();
        for (int from = others.nextClearBit(0); from < last; from = others.nextClearBit(from)) {
            int to = others.nextSetBit(from);
            if (to - from >= fewest + 2 * margin) {
                runs.set(from + margin, to - margin);
            }
            from = to;
        }
        return runs;
    }

    /**
     * The places outside loops of which there is one operation for each step of a loop of at least so many: what is made of outputs or
     * inputs, step by step.
     */
    BitSet placesOfSteps(int fewest) {
        BitSet lengths = new BitSet(); // of loops
        IntStream.range(0, keys.size())
                .filter(place -> keys.get(place) instanceof Uses.Place)
                .map(this::count)
                .forEach(lengths::set);
        lengths.clear(0, fewest);
        BitSet ofSteps = new BitSet();
        IntStream.range(0, keys.size())
                .filter(place -> !(keys.get(place) instanceof Uses.Place) && lengths.get(count(place)))
                .forEach(ofSteps::set);
        return ofSteps;
    }

    /** The operations at the place of one. */
    Stream<Trace.Recorded> operationsLike(Trace.Recorded each) {
        return Arrays.stream(positions.get(places[each.position()]))
                .filter(position -> position != 0)
                .mapToObj(position -> operations[position - 1]);
    }

    /** At how many steps there is an operation at a place. */
    private int count(int place) {
        return (int) Arrays.stream(positions.get(place))
                .filter(position -> position != 0)
                .count();
    }

    // ---- places ----

    /** Gives an operation its place, and returns it, or that of the operation before if it has none. */
    private int add(Trace.Recorded each, int before) {
        int step = each.step();
        Object key;
        if (step != Term.NO_STEP && allNear(each.from(), step)) {
            key = Uses.Place.of(each);
        } else if (step != Term.NO_STEP) {
            return before; // it gathers what many steps made
        } else if (isPart(each)) {
            step = index(each);
            key = List.of(each.op(), each.from(), each.shape());
        } else {
            int last = each.from().stream()
                    .filter(this::hasStep)
                    .max(Comparator.comparing((Integer position) -> !isPart(operations[position]))
                            .thenComparing(Comparator.naturalOrder()))
                    .orElse(NONE);
            if (last == NONE || !allNear(each.from(), steps[last])) {
                return before;
            }
            step = steps[last];
            key = List.of(each.op(), each.shape(), places[last], each.from().size());
        }
        int place = place(key, before);
        places[each.position()] = place;
        steps[each.position()] = step;
        count(each, place, step);
        return place;
    }

    private boolean hasStep(int position) {
        return position >= 0 && steps[position] != Term.NO_STEP;
    }

    /** Whether no value comes from a step far away; a part may be one of parameters. */
    private boolean allNear(List<Integer> from, int step) {
        for (int position : from) {
            boolean near = !hasStep(position) || Math.abs(steps[position] - step) <= FARTHEST;
            if (!near && !isPart(operations[position])) {
                return false;
            }
        }
        return true;
    }

    private int place(Object key, int before) {
        int expected = before < next.length ? next[before] : 0;
        if (expected < keys.size() && keys.get(expected).equals(key)) {
            return expected;
        }
        int place = ids.computeIfAbsent(key, k -> {
            keys.add(k);
            positions.add(new int[16]);
            growths.add(null);
            return keys.size() - 1;
        });
        if (before >= next.length) {
            next = Arrays.copyOf(next, 2 * before);
        }
        next[before] = place;
        return place;
    }

    private static boolean isPart(Trace.Recorded each) {
        return each.step() == Term.NO_STEP && index(each) >= 0;
    }

    /** The index of a part of which an axis disappeared; −1 if it is none. */
    private static int index(Trace.Recorded each) {
        switch (each.op()) {
            case "select":
                return (int) each.attributes().get("index");
            case "take":
                Selection where = (Selection) each.attributes().get("where");
                if (where instanceof Selection.Range range) {
                    return index(range.start(), each.shape().size());
                }
                return where instanceof Selection.Block block
                        ? index(block.first(), sizeAfterAxis(block, each.shape()))
                        : NONE;
            default:
                return NONE;
        }
    }

    private static int index(int first, int size) {
        return size == 0 || first % size != 0 ? NONE : first / size;
    }

    /** The size of a part along the axes that lie in the whole as they do in the part: those after the one that disappeared. */
    private static int sizeAfterAxis(Selection.Block where, Shape part) {
        int size = 1;
        for (int axis = part.rank() - 1; axis >= 0 && where.steps()[axis] == size; axis--) {
            size *= part.size(axis);
        }
        return size;
    }

    private void count(Trace.Recorded each, int place, int step) {
        if (step >= counts.length) {
            counts = Arrays.copyOf(counts, 2 * step);
            like = Arrays.copyOf(like, 2 * step);
        }
        counts[step]++;
        int[] all = positions.get(place);
        if (step >= all.length) {
            all = Arrays.copyOf(all, 2 * step);
            positions.set(place, all);
        }
        if (all[step] != 0) { // twice at a step
            different.set(step, step + 2);
            return;
        }
        all[step] = each.position() + 1;
        int earlier = atPlace(place, step - 1);
        if (earlier != NONE && areAlike(each, operations[earlier])) {
            like[step]++;
        }
        int later = atPlace(place, step + 1);
        if (later != NONE && areAlike(operations[later], each)) {
            like[step + 1]++;
        }
    }

    // ---- likeness ----

    private boolean areAlike(Trace.Recorded one, Trace.Recorded before) {
        List<Integer> from = one.from();
        List<Integer> other = before.from();
        if (from.size() != other.size() || one.bytesPerElement() != before.bytesPerElement()) {
            return false;
        }
        int step = steps[one.position()];
        for (int i = 0; i < from.size(); i++) {
            boolean same = from.get(i) < 0
                    ? other.get(i) < 0
                            && haveSameNumbers(
                                    one.inputs().get(i), before.inputs().get(i))
                    : other.get(i) >= 0 && isSameOrNext(from.get(i), other.get(i), step);
            if (!same) {
                return false;
            }
        }
        String name = one.name();
        return (name == null ? before.name() == null : name.equals(before.name())) && grow(one, before);
    }

    /** Whether values are the same, or those of one place at a step and the one before it, not far from another. */
    private boolean isSameOrNext(int position, int before, int step) {
        return position == before
                || (places[position] != NONE
                        && places[position] == places[before]
                        && steps[position] == steps[before] + 1
                        && Math.abs(steps[position] - step) <= FARTHEST);
    }

    private static boolean haveSameNumbers(Tensor one, Tensor other) {
        return one == other
                || (one.shape().equals(other.shape())
                        && one.dtype() == other.dtype()
                        && Arrays.equals(one.toArray(), other.toArray()));
    }

    /** Whether attributes are the same, or grow as those of the steps before. */
    private boolean grow(Trace.Recorded one, Trace.Recorded before) {
        Map<String, Object> attributes = one.attributes();
        Map<String, Object> others = before.attributes();
        List<Integer> growth = attributes.equals(others) ? List.of() : Growth.of(attributes, others);
        List<Integer> known = growths.set(places[one.position()], growth);
        return growth != null && (known == null || known.equals(growth));
    }

    @Override
    public String toString() {
        return "Places of " + trace.operations().size() + " operations: " + countPlaces();
    }
}

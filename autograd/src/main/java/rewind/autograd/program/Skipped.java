package rewind.autograd.program;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.program.Equation.Line;

/**
 * Steps of loops that are not read, as they are {@link LikeSteps like} those before. What they say is what the nearest steps say that are
 * read, moved; whoever reads checks that these agree, at both ends, and reads all steps if not.
 */
final class Skipped {
    /** Fewer steps are rather read. */
    private static final int FEWEST = 16;
    /** How many steps beside skipped ones are read: what is used there comes from steps that are alike as well. */
    private static final int MARGIN = 4;
    /** Fewer parts are not taken for steps. */
    private static final int FEWEST_PARTS = 3;

    private final Trace trace;
    private final LikeSteps all;
    private final BitSet placesOfSteps;
    private final BitSet skipped;
    /** By skipped step: the last one before and the first one after it that is read. */
    private final int[] befores;

    private final int[] afters;
    /** By their first one. */
    private final Map<Integer, List<Integer>> together = new TreeMap<>();

    private final List<Trace.Recorded> read;

    private Skipped(Trace trace, LikeSteps all, BitSet skipped) {
        this.trace = trace;
        this.all = all;
        this.placesOfSteps = all.placesOfSteps(FEWEST_PARTS);
        this.skipped = skipped;
        befores = IntStream.range(0, skipped.length())
                .map(skipped::previousClearBit)
                .toArray();
        afters = IntStream.range(0, skipped.length()).map(skipped::nextClearBit).toArray();
        for (int step = skipped.nextSetBit(0); step >= 0; step = skipped.nextSetBit(after(step))) {
            together.put(step, IntStream.range(step, after(step)).boxed().toList());
        }
        read = isEmpty()
                ? trace.operations()
                : IntStream.range(0, trace.size())
                        .filter(position -> !isSkipped(position))
                        .mapToObj(all::operation)
                        .filter(each -> each != null)
                        .toList();
    }

    static Skipped of(Trace trace) {
        LikeSteps all = new LikeSteps(trace);
        Skipped skipped = new Skipped(trace, all, all.runs(FEWEST, MARGIN));
        return skipped.isWhole() ? skipped : new Skipped(trace, all, new BitSet());
    }

    /** No step. */
    static Skipped none(Trace trace) {
        return new Skipped(trace, new LikeSteps(trace), new BitSet());
    }

    private boolean isEmpty() {
        return skipped.isEmpty();
    }

    /** The operations that are read, in their order. */
    List<Trace.Recorded> read() {
        return read;
    }

    boolean isSkipped(int position) {
        return !isEmpty() && position >= 0 && isStep(all.step(position));
    }

    /** Whether a step is skipped. */
    boolean isStep(int step) {
        return step >= 0 && skipped.get(step);
    }

    boolean areSamePlace(Trace.Recorded one, Trace.Recorded other) {
        return all.place(one.position()) == all.place(other.position());
    }

    /** The step at a position, see {@link LikeSteps#step}; {@link Term#NO_STEP} if none is skipped. */
    int step(int position) {
        return isEmpty() ? Term.NO_STEP : all.step(position);
    }

    /** The step whose value an operation makes: outside loops, where there is one for each step; {@link Term#NO_STEP} if of none. */
    int stepOf(Trace.Recorded each) {
        return isOutside(each) ? all.step(each.position()) : each.step();
    }

    /** What the operations of all steps have in common. */
    Uses.Place place(Trace.Recorded each) {
        Uses.Place own = Uses.Place.of(each);
        return isOutside(each) ? own.ofOutside(all.place(each.position())) : own;
    }

    /** An operand at a place, by the steps at which it is a constant. */
    Map<Integer, Tensor> constants(Trace.Recorded each, int operand) {
        Map<Integer, Tensor> constants = new HashMap<>();
        if (all.place(each.position()) != LikeSteps.NONE) {
            all.operationsLike(each)
                    .filter(other ->
                            operand < other.from().size() && other.from().get(operand) < 0)
                    .forEach(other -> constants.put(
                            all.step(other.position()), other.inputs().get(operand)));
        }
        return constants;
    }

    private boolean isOutside(Trace.Recorded each) {
        int place = all.place(each.position());
        return each.step() == Term.NO_STEP && place != LikeSteps.NONE && placesOfSteps.get(place);
    }

    /** The last step before skipped ones, of which one is given. */
    int before(int step) {
        return befores[step];
    }

    /** The first step after skipped ones, of which one is given. */
    int after(int step) {
        return afters[step];
    }

    /** The steps that are skipped together with one. */
    List<Integer> together(int step) {
        return together.get(before(step) + 1);
    }

    /** All skipped steps, those that follow each other together. */
    Collection<List<Integer>> gaps() {
        return together.values();
    }

    /** The positions at a step, and those of the same places at another. */
    Map<Integer, Integer> pairs(int step, int other) {
        return IntStream.range(0, all.countPlaces())
                .filter(place -> all.atPlace(place, step) != LikeSteps.NONE)
                .boxed()
                .collect(Collectors.toMap(place -> all.atPlace(place, step), place -> all.atPlace(place, other)));
    }

    /** What is at the same place as a skipped position, at the nearest step that is read and computed before. */
    int edge(int position) {
        int step = step(position);
        return Math.min(all.at(position, before(step)), all.at(position, after(step)));
    }

    /** What is at the same place as a skipped position were the skipped steps cut out, and the ends put together. */
    int glued(int position) {
        int step = step(position);
        int before = before(step);
        int after = after(step);
        int length = after - before - 1;
        int glued = all.at(position, step - before <= after - step ? step + length : step - length);
        return glued == LikeSteps.NONE ? edge(position) : glued;
    }

    /** Where the operands come from were the skipped steps cut out: of many from all steps those of skipped ones are missing. */
    List<Integer> from(Trace.Recorded each) {
        if (isEmpty() || each.from().stream().noneMatch(this::isSkipped)) {
            return each.from();
        }
        return step(each.position()) == Term.NO_STEP
                ? each.from().stream().filter(from -> !isSkipped(from)).toList()
                : each.from().stream()
                        .map(from -> isSkipped(from) ? glued(from) : from)
                        .toList();
    }

    /** What a map has for a symbol: at a skipped step what it has for a step nearby, moved. */
    Term find(Map<Symbol, ? extends Term> known, Symbol symbol) {
        Term own = known.get(symbol);
        if (own != null || !isStep(symbol.step())) {
            return own;
        }
        for (int near : List.of(before(symbol.step()), after(symbol.step()))) {
            Term there = known.get(symbol.moved(near - symbol.step()));
            if (there != null) {
                return there.moved(symbol.step() - near);
            }
        }
        return null;
    }

    /** Whether what is read beside skipped steps is the same at each step, so that it is so at these. */
    boolean agree(List<Line> lines, Values values) {
        Map<Integer, Map<String, Line>> bySteps = new HashMap<>();
        for (Line line : lines) {
            if (line.left().step() != Term.NO_STEP) {
                bySteps.computeIfAbsent(line.left().step(), step -> new HashMap<>())
                        .put(line.left().name(), line);
            }
        }
        for (List<Integer> gap : gaps()) {
            int before = gap.get(0) - 1;
            int after = gap.get(gap.size() - 1) + 1;
            if (!values.areAlike(before - 1, before)
                    || !values.areAlike(before, after)
                    || !values.areAlike(after, after + 1)
                    || !areAlike(bySteps.get(before - 1), bySteps.get(before))
                    || !areAlike(bySteps.get(before), bySteps.get(after))
                    || !areAlike(bySteps.get(after), bySteps.get(after + 1))) {
                return false;
            }
        }
        return true;
    }

    private static boolean areAlike(Map<String, Line> one, Map<String, Line> other) {
        if (one == null || other == null) {
            return one == other;
        }
        return one.keySet().equals(other.keySet())
                && one.values().stream()
                        .allMatch(line -> other.get(line.left().name()).isLike(line));
    }

    /** Whether all values of skipped steps are used by steps nearby, or by what uses those of all skipped steps. */
    private boolean isWhole() {
        return isEmpty()
                || (read.stream().allMatch(this::usesAllOrNearby)
                        && trace.positions().stream().noneMatch(this::isSkipped));
    }

    private boolean usesAllOrNearby(Trace.Recorded each) {
        int step = step(each.position());
        Map<Integer, Long> counts = new HashMap<>();
        for (int from : each.from()) {
            if (isSkipped(from)) {
                if (step != Term.NO_STEP && Math.abs(step(from) - step) > LikeSteps.FARTHEST) {
                    return false;
                }
                counts.merge(all.place(from), 1L, Long::sum);
            }
        }
        return step != Term.NO_STEP
                || counts.entrySet().stream().allMatch(place -> place.getValue() == countSkipped(place.getKey()));
    }

    private long countSkipped(int place) {
        return skipped.stream()
                .filter(step -> all.atPlace(place, step) != LikeSteps.NONE)
                .count();
    }

    @Override
    public String toString() {
        return gaps().stream()
                .map(steps -> steps.get(0) + " … " + steps.get(steps.size() - 1))
                .collect(Collectors.joining(", ", "Skipped steps ", ""));
    }
}

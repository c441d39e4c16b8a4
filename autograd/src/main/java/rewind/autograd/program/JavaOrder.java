package rewind.autograd.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.OverSteps;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.require.Check;

/** In which order, and for which numbers of steps, equations can be computed: single ones, and those that share a loop. */
final class JavaOrder {
    /** With fewer steps, one cannot tell what is the first, what the last, and what any. */
    private static final int ENOUGH = 3;

    private final List<Equation> all;
    private final Set<String> defined = new HashSet<>();

    JavaOrder(List<Equation> all) {
        this.all = all;
        all.forEach(each -> defined.add(each.line().left().name()));
    }

    List<List<Equation>> units() {
        List<List<Equation>> open = new ArrayList<>(grouped(false));
        List<List<Equation>> ordered = new ArrayList<>();
        if (!sort(open, ordered)) { // loops that need each other are one
            ordered.clear();
            open = new ArrayList<>(grouped(true));
            sort(open, ordered);
            ordered.addAll(open);
        }
        requireComputable(ordered);
        return ordered;
    }

    private record At(String name, int step) {}

    /** Goes through the loops as they will run. */
    private void requireComputable(List<List<Equation>> units) {
        Set<At> computed = new HashSet<>();
        all.forEach(each -> each.missing().forEach(symbol -> computed.add(new At(symbol.name(), symbol.step()))));
        for (List<Equation> unit : units) {
            int first = unit.stream().mapToInt(Equation::first).min().orElseThrow();
            int last = unit.stream().mapToInt(Equation::last).max().orElseThrow();
            boolean isLoop = unit.get(0).isOfSteps();
            for (int i = 0; i <= (isLoop ? last - first : 0); i++) {
                int t = unit.get(0).descending() ? last - i : first + i;
                for (Equation each : unit) {
                    if (!isLoop || (t >= each.first() && t <= each.last())) {
                        int by = isLoop ? t - 1 - each.line().at() : 0;
                        requireComputed(each.line().right(), by, computed);
                        Symbol left = each.line().left();
                        computed.add(new At(left.name(), isLoop ? left.step() + by : Term.NO_STEP));
                    }
                }
            }
        }
    }

    private void requireComputed(Term term, int by, Set<At> computed) {
        if (term instanceof OverSteps sum) {
            sum.steps().forEach(step -> requireComputed(sum.of(), step - sum.at(), computed));
        } else if (term instanceof Symbol symbol) {
            int step = symbol.step() == Term.NO_STEP ? Term.NO_STEP : symbol.step() + by;
            Check.that(
                    !defined.contains(symbol.name()) || computed.contains(new At(symbol.name(), step)),
                    "equations: there is no Java form, as %s is needed at step %s before a loop can compute it",
                    symbol.name(),
                    step + 1);
        } else {
            term.operands().forEach(each -> requireComputed(each, by, computed));
        }
    }

    /** Moves units as soon as what they need is there; false if some are left. */
    private boolean sort(List<List<Equation>> open, List<List<Equation>> ordered) {
        Set<String> done = new HashSet<>();
        boolean moved = true;
        while (moved) {
            moved = false;
            for (List<Equation> unit : open) {
                Set<String> needed = needed(unit);
                needed.removeAll(done);
                if (needed.isEmpty()) {
                    unit.forEach(each -> done.add(each.line().left().name()));
                    ordered.add(unit);
                    open.remove(unit);
                    moved = true;
                    break;
                }
            }
        }
        return open.isEmpty();
    }

    /** The names of what a unit needs of others. */
    private Set<String> needed(List<Equation> unit) {
        Set<String> needed = new HashSet<>();
        unit.forEach(each -> each.line().right().forEachSymbol(symbol -> needed.add(symbol.name())));
        unit.forEach(each -> needed.remove(each.line().left().name()));
        needed.retainAll(defined);
        return needed;
    }

    /** Equations of steps that go the same way, of one layer each, or of all. */
    private List<List<Equation>> grouped(boolean ofAll) {
        Map<String, List<Equation>> groups = new LinkedHashMap<>();
        for (Equation each : all) {
            String name = each.line().left().name();
            String layer = ofAll ? "" : name.substring(0, name.lastIndexOf('/') + 1);
            String key = each.isOfSteps()
                    ? "steps " + each.descending() + each.line().adjoint()
                            + each.line().result() + layer
                    : "value " + groups.size();
            groups.computeIfAbsent(key, k -> new ArrayList<>()).add(each);
        }
        return List.copyOf(groups.values());
    }

    /** Whether the equations hold for any number of steps, as they differ at the first and the last one alone. */
    boolean isOfAnySteps(int last) {
        return last >= ENOUGH && all.stream().allMatch(each -> isAny(each, last));
    }

    private static boolean isAny(Equation equation, int last) {
        if (!equation.isOfSteps()) {
            return isAny(equation.line().right(), last);
        }
        boolean startsNearAnEnd = equation.first() <= 2 || equation.first() == last;
        boolean endsNearAnEnd = equation.last() >= last - 1 || equation.last() == 1;
        return startsNearAnEnd && endsNearAnEnd;
    }

    /** Whether a term outside loops speaks of the first and the last step alone, but for sums over all. */
    private static boolean isAny(Term term, int last) {
        if (term instanceof OverSteps sum) {
            return sum.isRange()
                    && sum.first() <= 1
                    && sum.last() >= last - 2
                    && sum.steps().size() > 1;
        }
        if (term instanceof Symbol symbol) {
            return symbol.step() <= 0 || symbol.step() == last - 1;
        }
        return term.operands().stream().allMatch(each -> isAny(each, last));
    }
}

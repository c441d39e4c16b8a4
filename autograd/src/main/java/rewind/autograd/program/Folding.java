package rewind.autograd.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.algebra.Notation;
import rewind.autograd.algebra.Rewriting;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.OverSteps;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.program.Equation.Line;

/** Folds the equations of equal steps into one, and says where the first or the last one differs. */
final class Folding {
    private static final Notation TEXT = new Notation.Text();

    private final List<List<Line>> families;
    private final Known known;
    /** What has no equation of its own as it is 0, but that of its neighbours. */
    private final Set<Symbol> covered = new HashSet<>();

    private final Spelling spelling = new Spelling(null);

    Folding(List<Line> lines, Known known) {
        this.known = known;
        Map<String, List<Line>> byName = new LinkedHashMap<>();
        Map<Integer, Integer> sizes = new HashMap<>();
        for (Line line : lines) {
            String ofSteps = line.at() == Term.NO_STEP ? "" : "⟨t⟩"; // a whole may have the name of its parts
            byName.computeIfAbsent(line.left().name() + ofSteps, name -> new ArrayList<>())
                    .add(line);
            sizes.merge(line.at(), 1, Integer::sum);
        }
        sizes.remove(Term.NO_STEP);
        int fullest = sizes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(Term.NO_STEP);
        families = new ArrayList<>(byName.values());
        Map<String, Integer> places = places(lines, fullest);
        families.sort(
                Comparator.comparing(family -> places.get(family.get(0).left().name())));
    }

    /** Families stand in the order of the step at which most are defined; at the first one some may be missing. */
    private static Map<String, Integer> places(List<Line> lines, int step) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (line.at() == step) {
                places.put(line.left().name(), i);
            } else {
                places.putIfAbsent(line.left().name(), i);
            }
        }
        return places;
    }

    /** The equations, each of as many steps as share it, in their order. */
    List<Equation> equations() {
        List<Folded> all = new ArrayList<>();
        for (List<Line> family : families) {
            if (family.get(0).at() == Term.NO_STEP) {
                family.forEach(line -> all.add(overall(line)));
            } else {
                addSteps(family, all);
            }
        }
        return all.stream().map(this::told).toList();
    }

    /** An equation of some steps, and what does not exist there. */
    private record Folded(Line line, int first, int last, boolean descending, Absent absent) {}

    /**
     * What an equation speaks of that does not exist.
     *
     * @param zeros what makes terms 0
     * @param all these, and what does not matter beside them
     */
    private record Absent(Set<Symbol> zeros, Set<Symbol> all) {
        void add(Set<Symbol> decisive, Set<Symbol> gone, int by) {
            decisive.forEach(symbol -> zeros.add(Known.moved(symbol, by)));
            gone.forEach(symbol -> all.add(Known.moved(symbol, by)));
        }
    }

    /** What another equation says to be 0 is not told again. */
    private Equation told(Folded folded) {
        List<String> vanishing = folded.absent().zeros().stream()
                .filter(symbol -> !covered.contains(symbol))
                .map(Known::written)
                .toList();
        Set<Symbol> missing = new LinkedHashSet<>(folded.absent().all());
        missing.removeAll(covered);
        return new Equation(folded.line(), folded.first(), folded.last(), folded.descending(), vanishing, missing);
    }

    /** An equation outside loops; its sums may be over steps. */
    private Folded overall(Line line) {
        StepSums sums = new StepSums(known);
        Term right = new Spelling(sums).of(line.right(), line.left().shape());
        OverSteps longest = longest(right, null);
        int first = longest == null ? 0 : longest.first() + 1;
        int last = longest == null ? 0 : longest.last() + 1;
        return new Folded(line.with(right), first, last, false, new Absent(sums.missing(), sums.missing()));
    }

    private static OverSteps longest(Term term, OverSteps before) {
        OverSteps longest = before;
        if (term instanceof OverSteps sum && sum.isRange()) {
            longest = before == null || before.steps().size() < sum.steps().size() ? sum : before;
        }
        for (Term operand : term.operands()) {
            longest = longest(operand, longest);
        }
        return longest;
    }

    private void addSteps(List<Line> family, List<Folded> to) {
        boolean descending = family.get(0).at() > family.get(family.size() - 1).at();
        List<Line> ordered = new ArrayList<>(family);
        ordered.sort(Comparator.comparing(Line::at));
        List<String> texts = relative(ordered);
        int from = 0;
        while (from < ordered.size()) {
            int end = from + 1;
            Absent absent = new Absent(new LinkedHashSet<>(), new LinkedHashSet<>());
            int whole = from; // one that lacks nothing
            while (end < ordered.size()) {
                if (end == from + 1 && isPartOf(ordered, texts, from, end, absent)) {
                    whole = end;
                } else if (!isNext(ordered, texts, end)
                        && !(end == ordered.size() - 1 && isPartOf(ordered, texts, end, end - 1, absent))) {
                    break;
                }
                end++;
            }
            int first = ordered.get(from).at() + 1;
            int last = ordered.get(end - 1).at() + 1;
            if (from == 0) {
                while (isZeroAt(ordered.get(whole), first - 2, absent)) {
                    first--;
                }
            }
            if (end == ordered.size()) {
                while (isZeroAt(ordered.get(whole), last, absent)) {
                    last++;
                }
            }
            Line line = ordered.get(whole);
            to.add(new Folded(line.with(spelled(line)), first, last, descending, absent));
            from = end;
        }
    }

    /** Whether an equation is the same as that of the step before. */
    private boolean isNext(List<Line> lines, List<String> texts, int at) {
        return known.isNext(lines.get(at).left(), lines.get(at - 1).left())
                && texts.get(at).equals(texts.get(at - 1));
    }

    /** Whether an equation is that of a neighbour without what does not exist at its own step, which is noted then. */
    private boolean isPartOf(List<Line> lines, List<String> texts, int edge, int other, Absent absent) {
        Line neighbour = lines.get(other);
        int towards = edge - other;
        if (lines.get(edge).at() - neighbour.at() != towards || texts.get(edge).equals(texts.get(other))) {
            return false;
        }
        Set<Symbol> all = missing(neighbour, towards);
        Set<Symbol> gone = all;
        if (gone.isEmpty() || !relative(without(neighbour, gone)).equals(texts.get(edge))) {
            return false;
        }
        List<Symbol> sorted = new ArrayList<>(gone);
        sorted.sort(Comparator.comparing(this::isAdjoint));
        for (Symbol each : sorted) { // where a factor is 0 the others do not matter
            Set<Symbol> fewer = new LinkedHashSet<>(gone);
            fewer.remove(each);
            if (!fewer.isEmpty() && relative(without(neighbour, fewer)).equals(texts.get(edge))) {
                gone = fewer;
            }
        }
        absent.add(gone, all, towards);
        return true;
    }

    private boolean isAdjoint(Symbol symbol) {
        String name = symbol.name().substring(symbol.name().lastIndexOf('/') + 1);
        return known.isOfSweep(symbol.name()) || name.startsWith("d");
    }

    /** Whether what a line says is 0 at another step, and therefore has no equation there. */
    private boolean isZeroAt(Line line, int step, Absent absent) {
        int by = step - line.at();
        if (!known.isZero(line.left().name(), line.left().step() + by)) {
            return false;
        }
        Set<Symbol> gone = missing(line, by);
        boolean zero = Rewriting.isZero(line.right(), symbol -> gone.contains(plain(symbol)));
        if (zero) {
            absent.add(gone, gone, by);
            covered.add(Known.moved(line.left(), by));
        }
        return zero;
    }

    /** What a line speaks of that does not exist when it is moved. */
    private Set<Symbol> missing(Line line, int by) {
        Set<Symbol> missing = new LinkedHashSet<>();
        for (Symbol symbol : Rewriting.ofSteps(line.right())) {
            if (known.isMissing(Known.moved(symbol, by))) {
                missing.add(plain(symbol));
            }
        }
        return missing;
    }

    private static Symbol plain(Symbol symbol) {
        return Known.moved(symbol, 0);
    }

    private static Line without(Line line, Set<Symbol> gone) {
        Term rest = Rewriting.without(line.right(), symbol -> gone.contains(plain(symbol)));
        return line.with(line.adjoint() ? Rewriting.factored(rest) : rest);
    }

    /** What lines say, relative to their steps; of those that are the same as the one before it is not written again. */
    private List<String> relative(List<Line> ordered) {
        List<String> texts = new ArrayList<>();
        Line before = null;
        for (Line line : ordered) {
            boolean same = before != null && line.isLike(before);
            texts.add(same ? texts.get(texts.size() - 1) : relative(line));
            before = line;
        }
        return texts;
    }

    private String relative(Line line) {
        return new Writer(TEXT, line.at()).write(spelled(line));
    }

    private Term spelled(Line line) {
        return spelling.of(line.right(), line.left().shape());
    }
}

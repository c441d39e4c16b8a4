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
import rewind.autograd.program.Term.Symbol;

/** Folds the equations of equal steps into one, and says where the first or the last one differs. */
final class Folding {
    private static final Notation TEXT = new Notation.Text();

    private final List<List<Line>> families;
    /** What is defined, or given, at a step. */
    private final Set<Symbol> known = new HashSet<>();

    private final Set<String> defined = new HashSet<>();
    private final Set<String> adjoints = new HashSet<>();

    Folding(List<Line> lines) {
        Map<String, List<Line>> byName = new LinkedHashMap<>();
        Map<Integer, Integer> sizes = new HashMap<>();
        for (Line line : lines) {
            byName.computeIfAbsent(line.left().name(), name -> new ArrayList<>())
                    .add(line);
            known.add(plain(line.left()));
            defined.add(line.left().name());
            if (line.adjoint()) {
                adjoints.add(line.left().name());
            }
            sizes.merge(line.left().step(), 1, Integer::sum);
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
            Symbol left = lines.get(i).left();
            if (left.step() == step) {
                places.put(left.name(), i);
            } else {
                places.putIfAbsent(left.name(), i);
            }
        }
        return places;
    }

    private static Symbol plain(Symbol symbol) {
        return new Symbol(symbol.name(), symbol.step(), symbol.shape());
    }

    /** The equations, each of as many steps as share it, in their order. */
    List<Equation> equations() {
        List<Equation> all = new ArrayList<>();
        families.forEach(family -> add(family, all));
        return all;
    }

    private void add(List<Line> family, List<Equation> to) {
        if (family.get(0).left().step() == Term.NO_STEP) {
            family.forEach(line -> to.add(new Equation(line, 0, 0, List.of())));
            return;
        }
        List<Line> ordered = new ArrayList<>(family);
        ordered.sort(Comparator.comparing(line -> line.left().step()));
        int from = 0;
        while (from < ordered.size()) {
            int end = from + 1;
            Set<String> vanishing = new LinkedHashSet<>();
            while (end < ordered.size() && continues(ordered, from, end, vanishing)) {
                end++;
            }
            int first = ordered.get(from).left().step() + 1;
            int last = ordered.get(end - 1).left().step() + 1;
            to.add(new Equation(ordered.get((from + end) / 2), first, last, List.copyOf(vanishing)));
            from = end;
        }
    }

    private boolean continues(List<Line> lines, int from, int at, Set<String> vanishing) {
        Line before = lines.get(at - 1);
        Line here = lines.get(at);
        if (here.left().step() != before.left().step() + 1) {
            return false;
        }
        return relative(before).equals(relative(here))
                || (at == from + 1 && isPartOf(before, here, -1, vanishing))
                || (at == lines.size() - 1 && isPartOf(here, before, 1, vanishing));
    }

    /** Whether an equation is that of a neighbour without what does not exist at its own step, which is noted then. */
    private boolean isPartOf(Line edge, Line neighbour, int towards, Set<String> vanishing) {
        Set<Symbol> gone = new LinkedHashSet<>();
        for (Symbol symbol : StepSymbols.of(neighbour.right())) {
            Symbol moved = new Symbol(symbol.name(), symbol.step() + towards, symbol.shape());
            if (defined.contains(symbol.name()) && !known.contains(moved)) {
                gone.add(symbol);
            }
        }
        Set<Symbol> ofSweep = new LinkedHashSet<>(gone);
        ofSweep.removeIf(symbol -> !adjoints.contains(symbol.name()));
        for (Set<Symbol> enough : List.of(ofSweep, gone)) { // where a factor is 0 the others do not matter
            if (!enough.isEmpty() && relative(without(neighbour, enough)).equals(relative(edge))) {
                enough.forEach(symbol -> vanishing.add(symbol.name() + "⟨" + (symbol.step() + towards + 1) + "⟩"));
                return true;
            }
        }
        return false;
    }

    private static Line without(Line line, Set<Symbol> gone) {
        Term rest = StepSymbols.without(line.right(), symbol -> gone.contains(plain(symbol)));
        return line.with(line.adjoint() ? Rewriting.factored(rest) : rest);
    }

    private static String relative(Line line) {
        return new Writer(TEXT, line.left().step()).write(line.right());
    }
}

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
    private static final int WIDTH = 72;

    private final List<List<Line>> families;
    /** What is defined, or given, at a step. */
    private final Set<Symbol> known = new HashSet<>();
    private final Set<String> defined = new HashSet<>();
    private final Set<String> adjoints = new HashSet<>();

    Folding(List<Line> lines) {
        Map<String, List<Line>> byName = new LinkedHashMap<>();
        Map<Integer, Integer> sizes = new HashMap<>();
        for (Line line : lines) {
            byName.computeIfAbsent(line.left().name(), name -> new ArrayList<>()).add(line);
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
        families.sort(Comparator.comparing(family -> places.get(family.get(0).left().name())));
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

    List<String> lines() {
        List<String> text = new ArrayList<>();
        boolean sweep = false;
        for (List<Line> family : families) {
            if (family.get(0).adjoint() && !sweep && !text.isEmpty()) {
                text.add("");
            }
            sweep |= family.get(0).adjoint();
            text.addAll(lines(family));
        }
        return text;
    }

    private List<String> lines(List<Line> family) {
        List<String> text = new ArrayList<>();
        if (family.get(0).left().step() == Term.NO_STEP) {
            TextForm form = TextForm.absolute();
            family.forEach(line -> text.add(padded(form.of(line.left()) + " = " + form.of(line.right()), line, "")));
            return text;
        }
        List<Line> ordered = new ArrayList<>(family);
        ordered.sort(Comparator.comparing(line -> line.left().step()));
        int from = 0;
        while (from < ordered.size()) {
            int to = from + 1;
            Set<String> vanishing = new LinkedHashSet<>();
            while (to < ordered.size() && continues(ordered, from, to, vanishing)) {
                to++;
            }
            text.add(folded(ordered.subList(from, to), vanishing));
            from = to;
        }
        return text;
    }

    private boolean continues(List<Line> lines, int from, int at, Set<String> vanishing) {
        Line before = lines.get(at - 1);
        Line here = lines.get(at);
        if (here.left().step() != before.left().step() + 1) {
            return false;
        }
        return relative(before).equals(relative(here))
                || at == from + 1 && isPartOf(before, here, -1, vanishing)
                || at == lines.size() - 1 && isPartOf(here, before, 1, vanishing);
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
        return line.with(line.adjoint() ? Terms.factored(rest) : rest);
    }

    private static String relative(Line line) {
        return TextForm.relativeTo(line.left().step()).of(line.right());
    }

    /** The equation of several steps: that of one in their middle. */
    private static String folded(List<Line> lines, Set<String> vanishing) {
        int first = lines.get(0).left().step() + 1;
        int last = lines.get(lines.size() - 1).left().step() + 1;
        Line line = lines.get(lines.size() / 2);
        TextForm form = TextForm.relativeTo(line.left().step());
        String steps = line.adjoint() ? last + " … " + first : first + " … " + last;
        String range = "   t = " + (first == last ? first : steps);
        String ends = vanishing.isEmpty() ? "" : ", " + String.join(" = ", vanishing) + " = 0";
        return padded(form.of(line.left()) + " = " + form.of(line.right()), line, range + ends);
    }

    private static String padded(String equation, Line line, String range) {
        Symbol left = line.left();
        int missing = Math.max(2, WIDTH - equation.length());
        return equation + " ".repeat(missing) + left.shape() + range;
    }
}

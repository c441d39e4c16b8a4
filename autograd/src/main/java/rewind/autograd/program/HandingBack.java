package rewind.autograd.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.program.Term.Sum;
import rewind.autograd.program.Term.Symbol;

/**
 * Keeps apart, in the adjoint of a value that one step leaves to the next, what comes from the next step and what comes from its own: of
 * the state h, D⟨t⟩ = dA⟨t⟩ + dh⟨t⟩ arrives in all, and dh⟨t−1⟩ is what a step hands back to the one before it.
 */
final class HandingBack {
    private final List<Line> lines;
    /** Names of what belongs to the sweep. */
    private final Set<String> sweep = new HashSet<>();

    private final Set<String> taken = new HashSet<>();
    /** The two names of each adjoint that is taken apart. */
    private final Map<String, Names> names = new LinkedHashMap<>();

    /** @param towards where the next step is: at +1, at −1 where the loop goes backwards */
    private record Names(String all, String handed, int towards) {}

    private HandingBack(List<Line> lines, Program program) {
        this.lines = lines;
        for (int i = 0; i < program.variables().size(); i++) {
            String name = program.variables().get(i).name();
            taken.add(name);
            if (i >= program.primal()) {
                sweep.add(name);
            }
        }
        taken.addAll(program.resultNames());
        for (Line line : lines) {
            taken.add(line.left().name());
            if (line.adjoint()) {
                sweep.add(line.left().name());
            }
        }
    }

    /**
     * Finds the adjoints that are to be taken apart: those of named values that have something of the next step, and nothing farther. With
     * each goes where the next step is: at +1, at −1 where the loop goes backwards.
     */
    static Map<String, Integer> find(List<Line> lines, Program program) {
        return new HandingBack(lines, program).found();
    }

    /** Where adjoints are taken apart: the lines, and what all that arrives is called now, by the name before. */
    record Apart(List<Line> lines, Map<String, String> names) {}

    /** Takes adjoints apart. */
    static Apart apart(List<Line> lines, Map<String, Integer> adjoints, Program program) {
        HandingBack handing = new HandingBack(lines, program);
        Map<String, String> renamed = new HashMap<>();
        adjoints.forEach((name, towards) -> {
            Names own = handing.named(name, towards);
            handing.names.put(name, own);
            renamed.put(name, own.all());
        });
        return new Apart(handing.apart(), renamed);
    }

    private List<Line> apart() {
        Map<Symbol, Term> renamed = new HashMap<>();
        List<Line> all = new ArrayList<>();
        for (Line line : lines) {
            Names own = names.get(line.left().name());
            if (own == null) {
                all.add(line.with(Rewriting.replace(line.right(), renamed)));
                continue;
            }
            Symbol left = line.left();
            List<Term> rest = new ArrayList<>();
            List<Term> later = new ArrayList<>();
            for (Term term : terms(line.right())) {
                (isLater(term, left.step() + own.towards()) ? later : rest).add(Rewriting.replace(term, renamed));
            }
            if (!later.isEmpty()) {
                Symbol handed = new Symbol(own.handed(), left.step(), left.shape());
                all.add(new Line(handed, Terms.sum(later, left.shape()), left.step() + own.towards(), true, false));
                rest.add(handed);
            }
            Symbol total = new Symbol(own.all(), left.step(), left.shape());
            all.add(new Line(total, Terms.sum(rest, left.shape()), true, false));
            renamed.put(left, total);
        }
        return all;
    }

    private Map<String, Integer> found() {
        Map<String, Integer> towards = new LinkedHashMap<>();
        Map<String, Integer> computed = new HashMap<>();
        Map<String, Integer> ways = new HashMap<>(); // from a step to the one that is computed before it
        Set<String> others = new HashSet<>();
        for (Line line : lines) {
            Symbol left = line.left();
            String of = left.name().substring(left.name().lastIndexOf('/') + 1);
            boolean isAdjoint = of.startsWith("d") && !of.startsWith("dd"); // nor that of an adjoint
            if (!line.adjoint() || line.result() || left.step() == Term.NO_STEP || !isAdjoint) {
                continue;
            }
            Integer before = computed.put(left.name(), left.step());
            if (before != null) {
                ways.put(left.name(), Integer.signum(before - left.step()));
            }
            for (Term term : terms(line.right())) {
                Set<Integer> steps = steps(term);
                steps.remove(left.step());
                for (int step : steps) {
                    int by = step - left.step();
                    Integer other = towards.putIfAbsent(left.name(), by);
                    boolean alone = isLater(term, step) && Math.abs(by) == 1 && (other == null || other == by);
                    if (!alone) {
                        others.add(left.name());
                    }
                }
            }
        }
        towards.keySet().removeAll(others);
        towards.entrySet().removeIf(each -> !each.getValue().equals(ways.getOrDefault(each.getKey(), 1)));
        return towards;
    }

    /** The steps of what a term has of the sweep. */
    private Set<Integer> steps(Term term) {
        Set<Integer> steps = new HashSet<>();
        term.forEachSymbol(symbol -> {
            if (sweep.contains(symbol.name()) && symbol.step() != Term.NO_STEP) {
                steps.add(symbol.step());
            }
        });
        return steps;
    }

    /** D and dh of dh; dC_ and dC of dC_. */
    private Names named(String adjoint, int towards) {
        int at = adjoint.lastIndexOf('/') + 1;
        String path = adjoint.substring(0, at);
        String shorter = adjoint.substring(0, adjoint.length() - 1);
        if (adjoint.endsWith("_") && taken.add(shorter)) {
            return new Names(adjoint, shorter, towards);
        }
        String all = path + "D";
        if (!taken.add(all)) {
            all = path + "D" + adjoint.substring(at + 1);
            while (!taken.add(all)) {
                all += "'";
            }
        }
        return new Names(all, adjoint, towards);
    }

    private static List<Term> terms(Term term) {
        return term instanceof Sum sum ? sum.terms() : List.of(term);
    }

    /** Whether all that a term has of the sweep belongs to a step. */
    private boolean isLater(Term term, int step) {
        return steps(term).equals(Set.of(step));
    }
}

package rewind.autograd.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.Tensor;
import rewind.autograd.program.Term.Symbol;

/** A program as equations, those of equal steps folded into one. */
public final class Equations {
    private final List<Line> lines;
    private final Map<String, Tensor> constants;

    private Equations(List<Line> lines, Map<String, Tensor> constants) {
        this.lines = lines;
        this.constants = constants;
    }

    static Equations of(Program program) {
        Reader reader = Reader.of(program);
        return new Equations(tidied(reader.lines()), reader.constants());
    }

    List<Line> lines() {
        return lines;
    }

    /** Returns the tensors that the function took from outside, by the names that they have here: c1, c2, … */
    public Map<String, Tensor> constants() {
        return Collections.unmodifiableMap(constants);
    }

    /** Without what nothing uses, and with adjoints that are used once put where they are used. */
    private static List<Line> tidied(List<Line> all) {
        Map<Symbol, Integer> uses = new HashMap<>();
        Set<String> used = new HashSet<>();
        Set<String> several = new HashSet<>();
        for (Line line : all) {
            if (line.result()) {
                used.add(line.left().name());
            }
            line.right().forEachSymbol(symbol -> {
                used.add(symbol.name());
                if (uses.merge(symbol, 1, Integer::sum) > 1) {
                    several.add(symbol.name());
                }
            });
        }
        Set<String> own = new HashSet<>(); // what is more than another name at some step
        all.stream()
                .filter(line -> !(line.right() instanceof Symbol))
                .forEach(line -> own.add(line.left().name()));
        Map<Symbol, Term> inlined = new HashMap<>();
        List<Line> tidied = new ArrayList<>();
        for (Line line : all) {
            Term right = Terms.replace(line.right(), inlined);
            String name = line.left().name();
            boolean once = line.adjoint() && !several.contains(name);
            if (!line.result() && (once || !own.contains(name) || Terms.isNumber(right, 0))) {
                inlined.put(line.left(), right);
            } else if (used.contains(line.left().name())) {
                tidied.add(line.with(line.adjoint() ? Terms.factored(right) : right));
            }
        }
        return tidied;
    }

    /** Returns the equations as lines of Unicode text, with the shapes of their left sides in a column. */
    public String text() {
        return String.join("\n", new Folding(lines).lines());
    }

    @Override
    public String toString() {
        return text();
    }
}

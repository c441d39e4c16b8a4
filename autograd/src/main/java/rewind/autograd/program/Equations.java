package rewind.autograd.program;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import rewind.autograd.Tensor;
import rewind.autograd.program.Term.Symbol;

/** A program as equations, those of equal steps folded into one. */
public final class Equations {
    /** Equations beyond do not move the columns. */
    private static final int WIDEST = 90;

    private final List<Equation> all;
    private final Map<String, Tensor> constants;
    private final Sites sites;

    private Equations(List<Equation> all, Map<String, Tensor> constants, Sites sites) {
        this.all = all;
        this.constants = constants;
        this.sites = sites;
    }

    static Equations of(Program program) {
        Reader reader = Reader.of(program);
        Map<String, Integer> sequences = new HashMap<>();
        for (Program.Variable input : program.variables()) {
            if (input.parts() != null && input.parts().areSteps()) {
                sequences.put(input.name(), input.shape().size(input.parts().axis()));
            }
        }
        Set<Symbol> zeros = new HashSet<>(reader.zeros());
        Map<String, Integer> handing = HandingBack.find(reader.lines(), program);
        List<Line> lines = tidied(reader.lines(), handing.keySet(), zeros);
        if (!handing.isEmpty()) {
            lines = tidied(HandingBack.apart(lines, handing, program), Set.of(), zeros);
        }
        List<Equation> folded = new Folding(lines, new Known(lines, sequences, zeros)).equations();
        return new Equations(folded, reader.constants(), reader.sites());
    }

    /** Returns the tensors that the function took from outside, by the names that they have here: c1, c2, … */
    public Map<String, Tensor> constants() {
        return Collections.unmodifiableMap(constants);
    }

    /**
     * Without what nothing uses, and with adjoints that are used once put where they are used.
     *
     * @param kept adjoints that stay as they are
     * @param zeros is given what is left out as it is 0
     */
    private static List<Line> tidied(List<Line> all, Set<String> kept, Set<Symbol> zeros) {
        Map<String, BitSet> used = new HashMap<>(); // at which steps
        Set<String> several = new HashSet<>();
        for (Line line : all) {
            if (line.result()) {
                used.computeIfAbsent(line.left().name(), name -> new BitSet());
            }
            line.right().forEachSymbol(symbol -> {
                BitSet steps = used.computeIfAbsent(symbol.name(), name -> new BitSet());
                if (steps.get(symbol.step() + 1)) {
                    several.add(symbol.name());
                }
                steps.set(symbol.step() + 1);
            });
        }
        Map<String, String> other = new HashMap<>();
        Set<String> own = new HashSet<>(); // what is more than another name
        for (Line line : all) {
            String name = line.left().name();
            boolean isName = line.right() instanceof Symbol symbol
                    && other.computeIfAbsent(name, key -> symbol.name()).equals(symbol.name());
            if (!isName) {
                own.add(name);
            }
        }
        Map<Symbol, Term> inlined = new HashMap<>();
        List<Line> tidied = new ArrayList<>();
        for (Line line : all) {
            Term right = Rewriting.replace(line.right(), inlined);
            String name = line.left().name();
            boolean once = line.adjoint() && !line.isHandedBack() && !several.contains(name) && !kept.contains(name);
            if (!line.result() && (once || !own.contains(name) || Terms.isNumber(right, 0))) {
                inlined.put(line.left(), right);
                if (Terms.isNumber(right, 0)) {
                    zeros.add(line.left());
                }
            } else if (used.containsKey(line.left().name())) {
                boolean factored = line.adjoint() && !kept.contains(name);
                tidied.add(line.with(factored ? Rewriting.factored(right) : right));
            }
        }
        return tidied;
    }

    /** Returns the equations as lines of Unicode text, with the shapes of their left sides, and the steps for which they hold, in columns. */
    public String text() {
        Notation notation = new Notation.Text();
        List<String> written = all.stream()
                .map(each -> each.left(notation) + " = " + each.right(notation))
                .toList();
        int width = written.stream()
                .mapToInt(String::length)
                .filter(length -> length <= WIDEST)
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < all.size(); i++) {
            if (i > 0 && all.get(i).line().adjoint() && !all.get(i - 1).line().adjoint()) {
                text.append('\n');
            }
            String gap = " ".repeat(Math.max(0, width - written.get(i).length()) + 4);
            String range = all.get(i).range();
            text.append(written.get(i))
                    .append(gap)
                    .append(all.get(i).line().left().shape());
            text.append(range.isEmpty() ? "" : "    " + range).append('\n');
        }
        return text.toString().stripTrailing();
    }

    /** Returns the equations as an {@code align*} environment of LaTeX with amsmath. */
    public String latex() {
        Notation notation = new Latex();
        return all.stream()
                .map(each -> each.left(notation) + " &= " + each.right(notation) + remark(each))
                .collect(Collectors.joining(" \\\\\n", "\\begin{align*}\n", "\n\\end{align*}"));
    }

    private static String remark(Equation equation) {
        String range = equation.range();
        return range.isEmpty()
                ? ""
                : " && "
                        + range.replace("…", "\\ldots ")
                                .replace("_", "\\_")
                                .replace("⟨", "^{\\langle ")
                                .replace("⟩", "\\rangle}");
    }

    /** Returns the equations as a table of Markdown. */
    public String markdown() {
        Notation notation = new Notation.Text();
        StringBuilder table = new StringBuilder("| equation | shape | steps |\n|---|---|---|\n");
        for (Equation each : all) {
            String equation = each.left(notation) + " = " + each.right(notation);
            table.append("| `").append(equation.replace("|", "\\|")).append("` | ");
            table.append(each.line().left().shape())
                    .append(" | ")
                    .append(each.range())
                    .append(" |\n");
        }
        return table.toString();
    }

    /**
     * Returns a page of HTML that needs nothing else: equations in MathML, the shape and the steps beside them. The pointer over a term shows
     * its shape, the floating-point operations that it takes as it is written, and the line that called it; links go from a value to its
     * adjoint and back.
     */
    public String html(String title) {
        return new Page(all, sites).html(title);
    }

    @Override
    public String toString() {
        return text();
    }
}

package rewind.autograd.program;

import java.util.ArrayList;
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
            Term right = Rewriting.replace(line.right(), inlined);
            String name = line.left().name();
            boolean once = line.adjoint() && !several.contains(name);
            if (!line.result() && (once || !own.contains(name) || Terms.isNumber(right, 0))) {
                inlined.put(line.left(), right);
            } else if (used.contains(line.left().name())) {
                tidied.add(line.with(line.adjoint() ? Rewriting.factored(right) : right));
            }
        }
        return tidied;
    }

    private List<Equation> folded() {
        return new Folding(lines).equations();
    }

    /** Returns the equations as lines of Unicode text, with the shapes of their left sides, and the steps for which they hold, in columns. */
    public String text() {
        Notation notation = new Notation.Text();
        List<Equation> all = folded();
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
        Notation notation = new Notation.Latex();
        return folded().stream()
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
        for (Equation each : folded()) {
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
     * Returns a page of HTML that needs nothing else: equations in MathML, the shape and the steps beside them; names link a value to its
     * adjoint and back.
     */
    public String html(String title) {
        return new Page(folded()).html(title);
    }

    @Override
    public String toString() {
        return text();
    }
}

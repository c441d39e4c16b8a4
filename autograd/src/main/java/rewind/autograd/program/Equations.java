package rewind.autograd.program;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.algebra.Latex;
import rewind.autograd.algebra.Notation;
import rewind.autograd.algebra.Rewriting;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.program.Equation.Line;
import rewind.autograd.require.Check;

/** A program as equations, those of equal steps folded into one. */
public final class Equations {
    /** Equations beyond do not move the columns. */
    private static final int WIDEST = 90;

    private final List<Equation> all;
    private final Map<String, Tensor> constants;
    /** What all that arrives at a state is called, by the name of its adjoint. */
    private final Map<String, String> handed;

    private final Supplier<JavaSource> source;

    private final Page.Sites sites;
    /** What traces call values, by the names of their adjoints. */
    private final Map<String, String> adjoints;
    /** Values that have names only here. */
    private final Set<String> unnamed;

    private Equations(
            List<Equation> all,
            Map<String, Tensor> constants,
            Map<String, String> handed,
            Supplier<JavaSource> source,
            Page.Sites sites,
            Map<String, String> adjoints,
            Set<String> unnamed) {
        this.all = all;
        this.constants = constants;
        this.handed = handed;
        this.source = source;
        this.sites = sites;
        this.adjoints = adjoints;
        this.unnamed = unnamed;
    }

    static Equations of(Program program) {
        return of(program, Reader.of(program));
    }

    static Equations of(Program program, Reader reader) {
        Map<String, Integer> sequences = reader.constants().sequences();
        for (Input input : program.variables()) {
            if (input.parts() != null && input.parts().areSteps()) {
                sequences.put(input.name(), input.shape().size(input.parts().axis()));
            }
        }
        Set<Symbol> zeros = new HashSet<>(reader.zeros());
        Skipped skipped = reader.skipped();
        Map<String, Integer> handing = HandingBack.find(reader.lines(), skipped, program);
        List<Line> lines = Tidying.of(reader.lines(), skipped, handing.keySet(), zeros);
        Map<String, String> adjoints = new HashMap<>(reader.adjoints());
        Map<String, String> handed = new HashMap<>();
        if (!handing.isEmpty()) {
            HandingBack.Apart apart = HandingBack.apart(lines, skipped, handing, program);
            lines = Tidying.of(apart.lines(), skipped, Set.of(), zeros);
            handed.putAll(apart.names());
            apart.names()
                    .forEach(
                            (before, now) -> adjoints.put(now, reader.adjoints().get(before)));
        }
        List<Equation> folded = new Folding(lines, new Known(lines, skipped, sequences, zeros)).equations();
        return new Equations(
                folded,
                reader.constants().byName(),
                handed,
                () -> new JavaSource(program, reader.results(), adjoints, sequences.keySet(), folded),
                reader.sites(),
                adjoints,
                reader.unnamed());
    }

    /**
     * Returns the tensors that the function took from outside, by the names that they have here: c1, c2, … Of one that differs from step to
     * step, c1⟨t⟩, the steps lie along the first axis.
     */
    public Map<String, Tensor> constants() {
        return Collections.unmodifiableMap(constants);
    }

    /** Returns the equations as lines of Unicode text, with the shapes of their left sides, and the steps for which they hold, in columns. */
    public String text() {
        List<String> written = all.stream().map(Equation::text).toList();
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
                .map(each -> each.left(notation)
                        + (each.isDrawn() ? " &\\sim " : " &= ")
                        + each.right(notation)
                        + remark(each))
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
        StringBuilder table = new StringBuilder("| equation | shape | steps |\n|---|---|---|\n");
        for (Equation each : all) {
            table.append("| `").append(each.text().replace("|", "\\|")).append("` | ");
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

    /**
     * Returns the equations as Java: a class of tensor operations that compiles as it stands, against this library alone. Its method
     * {@code of} takes the inputs of the program and returns its results. That of an {@link Program#adjoint adjoint} with one cotangent has
     * also {@code gradients(inputs, dy)}, for {@link rewind.autograd.check.GradientCheck#againstAll}, and {@code adjoints(inputs, dy)}, for
     * {@link rewind.autograd.check.GradientCheck#againstAdjoints}. Where nothing but inputs and steps decides about shapes, it works for
     * other sizes and numbers of steps as well; those of the program must be 3 at least for that.
     *
     * @param name of the class
     * @throws IllegalArgumentException if it is no name of a class, if the program uses an operation of a user's own, or if loops need each
     *     other's values in turn, as those of some second derivatives do
     */
    public String java(String name) {
        return source.get().text(name, constants);
    }

    /**
     * Returns the Jacobian of a state, at one step with respect to the step before, as one equation: ∂h⟨t⟩/∂h⟨t−1⟩ = diag(1 − h⟨t⟩²)·Vᵀ.
     * It is that of a single sample, whose values are rows: (∂y/∂x)_ij = ∂y_i/∂x_j. These must be the equations of an
     * {@link Program#adjoint adjoint}; what the state gets from other states is held fixed.
     *
     * @param value the name of the state, as {@link Tensor#named} gave it
     * @throws IllegalArgumentException if no step hands back an adjoint of such a value, or the sweep has more than products
     */
    public Equations jacobian(String value) {
        String adjoint = Naming.adjointOf(value);
        String total = handed.getOrDefault(adjoint, adjoint);
        String back = total.equals(adjoint) ? adjoint.substring(0, adjoint.length() - 1) : adjoint;
        Equation handing = all.stream()
                .filter(each ->
                        each.line().isHandedBack() && each.line().left().name().equals(back))
                .findFirst()
                .orElseThrow(() -> Check.failure(
                        "equations: no step hands back an adjoint of %s to the one before; there are %s",
                        value, handed.keySet()));
        List<Line> lines = new ArrayList<>();
        Line line = handing.line();
        for (Equation each : all) {
            int by = line.at() - each.line().at();
            boolean holds = each.isOfSteps() && line.at() >= each.first() - 1 && line.at() < each.last();
            if (holds && !each.line().isHandedBack()) {
                Line moved = each.line();
                lines.add(new Line(
                        Known.moved(moved.left(), by),
                        Rewriting.rebuild(moved.right(), symbol -> Known.moved(symbol, by)),
                        moved.adjoint(),
                        false));
            }
        }
        int length = line.left().shape().size(-1);
        Shape square = Shape.of(length, length);
        HandingBack.Slope slope = new HandingBack.Slope(lines, back);
        String name = "∂" + value + "⟨t⟩/∂" + value + "⟨t−1⟩";
        Line formula =
                new Line(new Symbol(name, Term.NO_STEP, square), slope.of(line.right(), square), line.at(), true, true);
        Equation equation =
                new Equation(formula, handing.first(), handing.last(), handing.descending(), List.of(), Set.of());
        return new Equations(List.of(equation), constants, Map.of(), source, sites, Map.of(), Set.of());
    }

    /**
     * Returns the equations of a value, one per line, beside those of what it is handed by the next step, and of values that have names only
     * here; empty if it has none, as it is an input or stands within others.
     *
     * @param name that of the value here; of a value of steps, that without ⟨t⟩
     */
    public List<String> of(String name) {
        return lines(name, each -> true);
    }

    /**
     * As {@link #of(String)}, the equations of the adjoint of a value at its step.
     *
     * @param value what {@link Trace#named} calls the value
     */
    public List<String> ofAdjoint(Trace.Name value) {
        return adjoints.entrySet().stream()
                .filter(each -> each.getValue().equals(value.name()))
                .map(each -> lines(each.getKey(), equation -> equation.isAt(value.step())))
                .filter(lines -> !lines.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private List<String> lines(String name, Predicate<Equation> at) {
        Set<String> used = new HashSet<>();
        BitSet chosen = new BitSet();
        int before;
        do {
            before = chosen.cardinality();
            for (int i = 0; i < all.size(); i++) {
                Equation each = all.get(i);
                String left = each.line().left().name();
                boolean defines = left.equals(name) && !each.line().isHandedBack() && at.test(each);
                boolean helps = used.contains(left)
                        && (unnamed.contains(left) || each.line().isHandedBack());
                if (defines || helps) {
                    chosen.set(i);
                    each.line().right().forEachSymbol(symbol -> used.add(symbol.name()));
                }
            }
        } while (chosen.cardinality() > before);
        return chosen.stream()
                .mapToObj(all::get)
                .map(each -> (each.text() + "    " + each.range()).strip())
                .toList();
    }

    @Override
    public String toString() {
        return text();
    }
}

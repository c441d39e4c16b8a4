package rewind.autograd.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Term.Symbol;

/** Writes equations as a class of Java. Values of steps are elements of arrays, counted from 1 as in equations. */
final class JavaSource implements JavaTerms.Names {
    /** Longer lines are broken. */
    private static final int WIDTH = 110;

    private final Program program;
    private final List<Reader.Result> results;
    /** What traces call values, by the names of their adjoints. */
    private final Map<String, String> adjoints;

    private final List<Equation> all;
    private final JavaNames names = new JavaNames();
    /** Expressions of inputs that fall into parts, as a whole. */
    private final Map<String, String> wholes = new HashMap<>();

    private final Map<String, String[]> sizes = new HashMap<>();
    /** The number of steps, T in the class; 0 if it has none, or several. */
    private final int steps;

    private final StringBuilder body = new StringBuilder();

    JavaSource(Program program, List<Reader.Result> results, Map<String, String> adjoints, List<Equation> all) {
        this.program = program;
        this.results = results;
        this.adjoints = adjoints;
        this.all = all;
        Set<Integer> lengths = new HashSet<>();
        for (Program.Input input : program.variables()) {
            if (input.parts() != null && input.parts().areSteps()) {
                lengths.add(input.shape().size(input.parts().axis()));
            }
        }
        this.steps = lengths.size() == 1 ? lengths.iterator().next() : 0;
    }

    /** The class, with constants by the names that equations have for them. */
    String text(String className, Map<String, Tensor> constants) {
        JavaNames.requireClassName(className);
        boolean isAdjoint = program.variables().size() == program.primal() + 1 && !Naming.isTangent(program);
        addInputs();
        constants.forEach(this::addConstant);
        addArrays();
        new JavaOrder(all).units().forEach(this::addUnit);
        if (isAdjoint) {
            addAdjoints();
        }
        add(
                2,
                results.stream()
                        .map(this::result)
                        .collect(Collectors.joining(",\n                ", "return List.of(", ");")));
        return JavaNames.classOf(className, program, body.toString(), isAdjoint);
    }

    private void add(int indent, String line) {
        String space = "    ".repeat(indent);
        body.append(space)
                .append(line.length() > WIDTH ? broken(line, "\n" + space + "        ") : line)
                .append('\n');
    }

    /** With the terms of a sum on lines of their own. */
    private static String broken(String line, String lineBreak) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < line.length(); i++) {
            char sign = line.charAt(i);
            depth += sign == '(' ? 1 : sign == ')' ? -1 : 0;
            boolean breaks = depth == 0 && (line.startsWith(".add(", i) || line.startsWith(".sub(", i));
            text.append(breaks ? lineBreak : "").append(sign);
        }
        return text.toString();
    }

    // ---- names ----

    @Override
    public String of(Symbol symbol, int base) {
        if (symbol.step() == Term.NO_STEP) {
            String whole = wholes.get(symbol.name());
            return whole == null ? names.of(symbol.name()) : whole;
        }
        String index = base == Term.NO_STEP ? step(symbol.step() + 1) : "t" + offset(symbol.step() - base);
        return names.of(symbol.name()) + "[" + index + "]";
    }

    private static String offset(int offset) {
        return offset == 0 ? "" : offset < 0 ? " - " + -offset : " + " + offset;
    }

    private String step(int number) {
        return 2 * number > steps + 1 ? last(number) : first(number);
    }

    @Override
    public String first(int number) {
        return number == steps && steps > 1 ? "T" : Integer.toString(number);
    }

    @Override
    public String last(int number) {
        return steps == 0 ? Integer.toString(number) : "T" + offset(number - steps);
    }

    // ---- what is given ----

    private void addInputs() {
        add(2, "DType type = in.get(0).dtype();");
        boolean counted = false;
        for (int i = 0; i < program.variables().size(); i++) {
            Program.Input input = program.variables().get(i);
            String whole = "in.get(" + i + ")";
            Term.Parts parts = input.parts();
            String[] all = IntStream.range(0, input.shape().rank())
                    .mapToObj(axis -> whole + ".shape().size(" + axis + ")")
                    .toArray(String[]::new);
            if (parts == null) {
                sizes.put(input.name(), all);
                add(2, "Tensor " + names.of(input.name()) + " = " + whole + ";");
                continue;
            }
            wholes.put(input.name(), whole);
            String[] others = IntStream.range(0, all.length)
                    .filter(axis -> axis != parts.axis())
                    .mapToObj(axis -> all[axis])
                    .toArray(String[]::new);
            if (parts.areSteps()) {
                if (!counted && steps > 0) {
                    add(2, "int T = " + all[parts.axis()] + ";");
                    counted = true;
                }
                if (!new JavaOrder(this.all).isOfAnySteps(steps)) {
                    requireSteps(all[parts.axis()], input.shape().size(parts.axis()));
                }
                sizes.put(input.name(), others);
                add(2, "Tensor[] " + names.of(input.name()) + " = steps(" + whole + ", " + parts.axis() + ");");
            }
            for (int k = 0; k < parts.names().size(); k++) {
                String name = parts.names().get(k);
                sizes.put(name, others);
                add(2, "Tensor " + names.of(name) + " = " + whole + ".select(" + parts.axis() + ", " + k + ");");
            }
        }
    }

    private void requireSteps(String actual, int recorded) {
        add(2, "if (" + actual + " != " + recorded + ") {");
        add(3, "throw new IllegalArgumentException(\"the number of steps must be " + recorded + "\");");
        add(2, "}");
    }

    private void addConstant(String name, Tensor value) {
        String numbers =
                DoubleStream.of(value.toArray()).mapToObj(JavaTerms::digits).collect(Collectors.joining(", "));
        String type = value.dtype() == DType.FLOAT64 ? "" : ".to(DType." + value.dtype() + ")";
        add(
                2,
                "Tensor " + names.of(name) + " = Tensor.of(" + JavaTerms.shape(value.shape()) + ", " + numbers + ")"
                        + type + ";");
    }

    /** Arrays for what has steps, and zeros where something does not exist. */
    private void addArrays() {
        Map<String, Integer> lasts = new LinkedHashMap<>();
        Set<Symbol> missing = new LinkedHashSet<>();
        for (Equation each : all) {
            if (each.isOfSteps()) {
                lasts.merge(each.line().left().name(), each.last(), Math::max);
            }
            missing.addAll(each.missing());
        }
        lasts.forEach((name, last) ->
                add(2, "Tensor[] " + names.of(name) + " = new Tensor[" + last(Math.max(last, steps) + 2) + "];"));
        JavaSizes inferred = new JavaSizes(all, sizes);
        for (Symbol each : missing) {
            int step = each.step() + 1;
            String at = step <= 1 ? Integer.toString(step) : last(step);
            add(2, names.of(each.name()) + "[" + at + "] = Tensor.zeros(type, " + inferred.of(each) + ");");
        }
    }

    // ---- equations ----

    private void addUnit(List<Equation> unit) {
        Equation first = unit.get(0);
        if (!first.isOfSteps()) {
            add(2, "Tensor " + names.of(first.line().left().name()) + " = " + right(first) + ";");
            return;
        }
        int from = unit.stream().mapToInt(Equation::first).min().orElseThrow();
        int to = unit.stream().mapToInt(Equation::last).max().orElseThrow();
        add(
                2,
                first.descending()
                        ? "for (int t = " + last(to) + "; t >= " + first(from) + "; t--) {"
                        : "for (int t = " + first(from) + "; t <= " + last(to) + "; t++) {");
        String before = "";
        for (Equation each : unit) {
            String condition = condition(each, from, to);
            if (!condition.equals(before)) {
                close(before);
                if (!condition.isEmpty()) {
                    add(3, "if (" + condition + ") {");
                }
                before = condition;
            }
            add(condition.isEmpty() ? 3 : 4, of(each.line().left(), each.line().at()) + " = " + right(each) + ";");
        }
        close(before);
        add(2, "}");
    }

    private void close(String condition) {
        if (!condition.isEmpty()) {
            add(3, "}");
        }
    }

    private String condition(Equation equation, int from, int to) {
        if (equation.first() == equation.last() && from < to) {
            return "t == " + step(equation.first());
        }
        List<String> conditions = new ArrayList<>();
        if (equation.first() > from) {
            conditions.add("t >= " + first(equation.first()));
        }
        if (equation.last() < to) {
            conditions.add("t <= " + last(equation.last()));
        }
        return String.join(" && ", conditions);
    }

    private String right(Equation equation) {
        Term right = equation.line().right();
        Shape shape = equation.line().left().shape();
        String text = new JavaTerms(this, equation.line().at()).write(right);
        if (right.shape().equals(shape)) {
            return text;
        }
        return Shapes.alike(right.shape(), shape)
                ? text + ".reshape(" + JavaTerms.sizes(shape) + ")"
                : JavaTerms.repeated(text, right.shape(), shape);
    }

    // ---- results ----

    private String result(Reader.Result result) {
        Term.Parts parts = result.parts();
        if (parts == null) {
            return of(new Symbol(result.name(), Term.NO_STEP, Shape.of()), Term.NO_STEP);
        }
        String each = parts.areSteps()
                ? "Arrays.asList(" + names.of(result.name()) + ").subList(1, " + last(lastOf(result.name()) + 1) + ")"
                : parts.names().stream().map(names::of).collect(Collectors.joining(", ", "List.of(", ")"));
        return "Tensor.stack(" + parts.axis() + ", " + each + ")";
    }

    private int lastOf(String name) {
        return all.stream()
                .filter(each -> each.line().left().name().equals(name))
                .mapToInt(Equation::last)
                .max()
                .orElseThrow();
    }

    /** The adjoints of named values, by the names that traces have for them. */
    private void addAdjoints() {
        Map<String, List<Equation>> byName = new LinkedHashMap<>();
        for (Equation each : all) {
            if (adjoints.containsKey(each.line().left().name()) && !each.line().isHandedBack()) {
                byName.computeIfAbsent(each.line().left().name(), key -> new ArrayList<>())
                        .add(each);
            }
        }
        Map<String, List<String>> loops = new LinkedHashMap<>();
        byName.forEach((name, equations) -> {
            String path = adjoints.get(name);
            if (!equations.get(0).isOfSteps()) {
                add(2, put(path, "0", names.of(name)));
                return;
            }
            int from = equations.stream().mapToInt(Equation::first).min().orElseThrow();
            int to = equations.stream().mapToInt(Equation::last).max().orElseThrow();
            String loop = "for (int t = " + first(from) + "; t <= " + last(to) + "; t++) {";
            loops.computeIfAbsent(loop, key -> new ArrayList<>()).add(put(path, "t - 1", names.of(name) + "[t]"));
        });
        loops.forEach((loop, statements) -> {
            add(2, loop);
            statements.forEach(each -> add(3, each));
            add(2, "}");
        });
    }

    private static String put(String path, String step, String value) {
        return "adjoints.put(new Trace.Name(\"" + path + "\", " + step + "), " + value + ");";
    }
}

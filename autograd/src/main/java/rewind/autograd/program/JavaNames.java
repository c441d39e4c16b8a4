package rewind.autograd.program;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import rewind.autograd.require.Check;

/** What values are called in Java, and the class around them. */
final class JavaNames {
    /** Words of the language that values may be called by, and names that the class has already. */
    private static final Set<String> TAKEN = Set.of(
            "do",
            "if",
            "in",
            "t",
            "T",
            "type",
            "sum",
            "steps",
            "adjoints",
            "int",
            "for",
            "new",
            "var",
            "void",
            "double");

    private static final Map<String, String> IMPORTS = Map.of(
            "Arrays", "java.util.Arrays",
            "IntStream", "java.util.stream.IntStream",
            "Axes", "rewind.autograd.Axes",
            "Shape", "rewind.autograd.Shape");

    private final Map<String, String> names = new HashMap<>();
    private final Set<String> used = new HashSet<>(TAKEN);

    /** An identifier of its own for every name. */
    String of(String name) {
        return names.computeIfAbsent(name, key -> {
            String identifier = key.replace("⁻", "Before")
                    .replace("⁺", "After")
                    .replace("'", "Other")
                    .replaceAll("[^\\p{L}\\p{N}_]", "_");
            while (!used.add(identifier)) {
                identifier += "_";
            }
            return identifier;
        });
    }

    static void requireClassName(String name) {
        boolean isName = !name.isEmpty()
                && Character.isUpperCase(name.charAt(0))
                && name.chars().allMatch(Character::isJavaIdentifierPart);
        Check.that(
                isName,
                "equations: the name of a class must be a capital letter and letters and digits after it, got '%s'",
                name);
    }

    /** A class whose method gives the results of a program. */
    static String classOf(String name, Program program, String body, boolean isAdjoint) {
        Set<String> imports =
                new TreeSet<>(Set.of("java.util.List", "rewind.autograd.DType", "rewind.autograd.Tensor"));
        IMPORTS.forEach((word, path) -> {
            if (body.contains(word + ".")) {
                imports.add(path);
            }
        });
        String helpers = "";
        if (body.contains("sum(Int")) {
            imports.add("java.util.function.IntFunction");
            helpers += SUM;
        }
        if (body.contains("= steps(")) {
            helpers += STEPS;
        }
        List<String> from = program.variables().stream().map(Input::name).toList();
        String javadoc = "    /** Returns " + program.resultNames() + " for " + from + ". */\n";
        String methods = "    public static List<Tensor> of(List<Tensor> in) {\n" + body + "    }\n";
        if (isAdjoint) {
            imports.addAll(
                    Set.of("java.util.ArrayList", "java.util.LinkedHashMap", "java.util.Map", "rewind.autograd.Trace"));
            methods = ADJOINT.replace("$body", body)
                    .replace("$results", program.resultNames().toString());
        }
        StringBuilder text = new StringBuilder();
        imports.forEach(path -> text.append("import ").append(path).append(";\n"));
        return text + "\n/** The equations of a recorded function. */\npublic final class " + name + " {\n    private "
                + name + "() {}\n\n" + javadoc + methods + helpers + "}\n";
    }

    private static final String SUM = """

                private static Tensor sum(IntStream steps, IntFunction<Tensor> term) {
                    return steps.mapToObj(term).reduce(Tensor::add).orElseThrow();
                }
            """;

    private static final String STEPS = """

                private static Tensor[] steps(Tensor all, int axis) {
                    Tensor[] steps = new Tensor[all.shape().size(axis) + 2];
                    for (int t = 1; t < steps.length - 1; t++) {
                        steps[t] = all.select(axis, t - 1);
                    }
                    return steps;
                }
            """;

    private static final String ADJOINT = """
                public static List<Tensor> of(List<Tensor> in) {
                    return sweep(in, new LinkedHashMap<>());
                }

                /** Returns $results for the inputs of the function and a cotangent of its result. */
                public static List<Tensor> gradients(List<Tensor> inputs, Tensor dy) {
                    return of(joined(inputs, dy));
                }

                /** Returns the adjoints of named values. */
                public static Map<Trace.Name, Tensor> adjoints(List<Tensor> inputs, Tensor dy) {
                    Map<Trace.Name, Tensor> adjoints = new LinkedHashMap<>();
                    List<Tensor> gradients = sweep(joined(inputs, dy), adjoints);
                    return gradients.isEmpty() ? Map.of() : adjoints;
                }

                private static List<Tensor> joined(List<Tensor> inputs, Tensor dy) {
                    List<Tensor> in = new ArrayList<>(inputs);
                    in.add(dy);
                    return in;
                }

                private static List<Tensor> sweep(List<Tensor> in, Map<Trace.Name, Tensor> adjoints) {
            $body    }
            """;
}

package rewind.autograd.check.jqwik;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.jqwik.Step.Operand;
import rewind.autograd.check.jqwik.Step.Over;

/** Programs as Java code. */
final class Code {
    private Code() {}

    static String of(RandomProgram program) {
        int count = program.inputs().size();
        String inputs = program.inputs().stream().map(Code::tensor).collect(Collectors.joining(",\n        "));
        String in = IntStream.range(0, count)
                .mapToObj(i -> declaration(i, "in.get(" + i + ")"))
                .collect(Collectors.joining());
        String steps = IntStream.range(0, program.steps().size())
                .mapToObj(i -> declaration(count + i, step(program.steps().get(i))))
                .collect(Collectors.joining());
        String result = name(count + program.steps().size() - 1);
        return "List<Tensor> inputs = List.of(\n        " + inputs + ");\n"
                + "Function<List<Tensor>, Tensor> program = in -> {\n" + in + steps + "    return " + result + ";\n};\n"
                + "GradientCheck.ofAll(program).at(inputs).secondOrder().verify();\n";
    }

    private static String declaration(int value, String expression) {
        return "    Tensor " + name(value) + " = " + expression + ";\n";
    }

    /** a, b, …, z, v26, v27, … */
    private static String name(int value) {
        return value < 26 ? String.valueOf((char) ('a' + value)) : "v" + value;
    }

    private static String step(Step step) {
        List<Object> arguments = step.arguments();
        int first = step.kind().isStatic() ? 0 : 1;
        String receiver = first == 0 ? "Tensor" : argument(arguments.get(0));
        String call = receiver + "." + step.kind().name() + "("
                + arguments.stream()
                        .skip(first)
                        .map(each -> isArray(step, each) ? "new int[] {" + argument(each) + "}" : argument(each))
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining(", "))
                + ")";
        return step.part() < 0 ? call : call + ".get(" + step.part() + ")";
    }

    /** Whether numbers are an array, rather than arguments one after another. */
    private static boolean isArray(Step step, Object argument) {
        return argument instanceof int[] && !step.kind().signature().endsWith("...)");
    }

    private static String argument(Object argument) {
        if (argument instanceof Operand operand) {
            return name(operand.value());
        } else if (argument instanceof Operand[] several) {
            return Arrays.stream(several).map(Code::argument).collect(Collectors.joining(", "));
        } else if (argument instanceof List<?> list) {
            return "List.of(" + list.stream().map(Code::argument).collect(Collectors.joining(", ")) + ")";
        } else if (argument instanceof int[] numbers) {
            return list(numbers);
        } else if (argument instanceof Shape shape) {
            return "Shape.of(" + list(shape.toArray()) + ")";
        } else if (argument instanceof Over over) {
            return "Axes.of(" + list(over.axes()) + (over.kept() ? ").keep()" : ")");
        }
        return argument.toString();
    }

    private static String tensor(Tensor x) {
        boolean single = x.dtype() == DType.FLOAT32;
        if (x.size() == 0) {
            String sizes = list(x.shape().toArray());
            return "Tensor.zeros(" + (single ? "DType.FLOAT32, " : "") + sizes + ")";
        }
        String numbers = Arrays.stream(x.toArray())
                .mapToObj(each -> single ? (float) each + "f" : Double.toString(each))
                .collect(Collectors.joining(", "));
        return "Tensor.of(" + argument(x.shape()) + ", " + (single ? "new float[] {" + numbers + "}" : numbers) + ")";
    }

    private static String list(int[] numbers) {
        return Arrays.stream(numbers).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }
}

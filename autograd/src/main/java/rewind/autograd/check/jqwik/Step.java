package rewind.autograd.check.jqwik;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import rewind.autograd.Axes;
import rewind.autograd.Tensor;

/** A step of a {@link RandomProgram}: a call of a public operation. Immutable. */
public final class Step {
    private final Kind kind;
    private final List<Object> arguments;
    private final int part;

    /**
     * @param arguments in the order of the method's parameters, after the receiver if there is one. Tensors are {@link Operand}s.
     * @param part which tensor of the list that the operation gives, −1 if it gives a tensor
     */
    Step(Kind kind, List<Object> arguments, int part) {
        this.kind = kind;
        this.arguments = List.copyOf(arguments);
        this.part = part;
    }

    /** A value of the program. */
    record Operand(int value) {}

    /** An argument of type {@link Axes}. */
    record Over(boolean kept, int... axes) {}

    /** Returns the operation: name and parameter types, such as {@code slice(int, int, int)}. */
    public String operation() {
        return kind.signature();
    }

    /** Returns the positions of the operands among the values of the program. */
    public List<Integer> operands() {
        return arguments.stream().flatMap(Step::operands).map(Operand::value).toList();
    }

    private static Stream<Operand> operands(Object argument) {
        if (argument instanceof Operand operand) {
            return Stream.of(operand);
        } else if (argument instanceof Operand[] several) {
            return Arrays.stream(several);
        } else if (argument instanceof List<?> list) {
            return list.stream().map(Operand.class::cast);
        }
        return Stream.empty();
    }

    Kind kind() {
        return kind;
    }

    List<Object> arguments() {
        return arguments;
    }

    int part() {
        return part;
    }

    /** Whether the operation is smooth at these values, far enough around. */
    boolean isSmooth(List<Tensor> values) {
        List<Tensor> operands = operands().stream().map(values::get).toList();
        return kind.domain().holds(operands, arguments);
    }

    /** The operands that are indices: they must not depend on the inputs, or they are whole numbers only by chance. */
    Stream<Integer> indices() {
        boolean has = kind.domain() == Domain.ROWS || kind.domain() == Domain.CLASSES;
        return has ? operands().stream().skip(operands().size() - 1) : Stream.empty();
    }

    /** Returns its value, given the values before it. */
    public Tensor apply(List<Tensor> values) {
        Object[] actual = new Object[arguments.size()];
        Arrays.setAll(actual, i -> actual(arguments.get(i), values));
        Object result = kind.call(actual);
        return (Tensor) (part < 0 ? result : ((List<?>) result).get(part));
    }

    private static Object actual(Object argument, List<Tensor> values) {
        if (argument instanceof Operand operand) {
            return values.get(operand.value());
        } else if (argument instanceof Operand[] several) {
            return Arrays.stream(several).map(each -> values.get(each.value())).toArray(Tensor[]::new);
        } else if (argument instanceof List<?> list) {
            return list.stream().map(each -> actual(each, values)).toList();
        } else if (argument instanceof Over over) {
            return over.kept() ? Axes.keep(over.axes()) : Axes.of(over.axes());
        }
        return argument;
    }

    /** The same call on values of other numbers. */
    Step renumbered(IntUnaryOperator number) {
        return new Step(
                kind, arguments.stream().map(each -> renumbered(each, number)).toList(), part);
    }

    private static Object renumbered(Object argument, IntUnaryOperator number) {
        if (argument instanceof Operand operand) {
            return new Operand(number.applyAsInt(operand.value()));
        } else if (argument instanceof Operand[] several) {
            return Arrays.stream(several).map(each -> renumbered(each, number)).toArray(Operand[]::new);
        } else if (argument instanceof List<?> list) {
            return list.stream().map(each -> renumbered(each, number)).toList();
        }
        return argument;
    }

    /** Returns the operation by its signature. */
    @Override
    public String toString() {
        return kind.signature();
    }
}

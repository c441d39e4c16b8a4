package rewind.autograd;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Operation.Call;

/** What has been checked in a test run: operation × argument × dtype × order of derivative × kind of shape. */
final class Coverage {
    /** What the properties of the table have checked in this run. */
    static final Coverage ALL = new Coverage();

    private static final int SEEDS = 24;

    private final Map<Cell, Integer> counts = new LinkedHashMap<>();
    private final Set<Method> properties = new HashSet<>();

    /** What an argument looks like. */
    enum Kind {
        SCALAR,
        VECTOR,
        MATRIX,
        HIGHER,
        /** Repeated to the shape of the result. */
        REPEATED,
        /** Without elements, which proves little. */
        EMPTY;

        static Kind of(Tensor argument, Call call) {
            if (argument.size() == 0 || call.value().size() == 0) {
                return EMPTY;
            }
            boolean repeated = call.scalar() != null
                    && !argument.shape().equals(call.value().shape());
            return repeated ? REPEATED : values()[Math.min(argument.rank(), HIGHER.ordinal())];
        }
    }

    record Cell(String operation, int argument, DType dtype, int order, Kind kind) {}

    synchronized void add(Operation row, Call call, DType dtype, int... orders) {
        for (int argument = 0; argument < call.inputs().size(); argument++) {
            Kind kind = Kind.of(call.inputs().get(argument), call);
            for (int order : orders) {
                counts.merge(new Cell(row.signature(), argument, dtype, order, kind), 1, Integer::sum);
            }
        }
    }

    synchronized void begun(Method property) {
        properties.add(property);
    }

    /** Whether all properties of a class that count were run, and not only some that somebody chose. */
    synchronized boolean isOf(Class<?> container) {
        return Arrays.stream(container.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Checks.class))
                .allMatch(properties::contains);
    }

    /** How often, over all kinds of shapes but that without elements. */
    int count(String operation, int argument, DType dtype, int order) {
        return Stream.of(Kind.values())
                .filter(kind -> kind != Kind.EMPTY)
                .mapToInt(kind -> count(new Cell(operation, argument, dtype, order, kind)))
                .sum();
    }

    int count(Cell cell) {
        return counts.getOrDefault(cell, 0);
    }

    /** The operation's arguments that are tensors to differentiate with respect to, in the call that has most. */
    static int arguments(Operation row) {
        return IntStream.range(0, SEEDS)
                .map(seed -> row.call(seed, DType.FLOAT64).inputs().size())
                .max()
                .orElseThrow();
    }

    /** The combinations of operation, argument and dtype without any check of one of these orders. */
    List<String> missing(int... orders) {
        return Operations.all().stream()
                .filter(row -> row.differentiable() || Arrays.stream(orders).allMatch(order -> order == 0))
                .flatMap(row -> IntStream.range(0, arguments(row))
                        .boxed()
                        .flatMap(argument -> Stream.of(DType.values())
                                .flatMap(dtype -> Arrays.stream(orders)
                                        .filter(order -> count(row.signature(), argument, dtype, order) == 0)
                                        .mapToObj(order -> row.signature() + ", argument " + argument + ", " + dtype
                                                + ", order " + order))))
                .toList();
    }
}

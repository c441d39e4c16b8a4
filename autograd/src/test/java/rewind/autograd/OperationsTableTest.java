package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operations;

/** Every public operation has its row, and every row its operation. */
class OperationsTableTest {
    /** A plain function of numbers has no derivative: it refuses recorded tensors. {@link TensorTest} has it. */
    private static final Set<String> NOT_DIFFERENTIATED = Set.of("map(DoubleUnaryOperator)");

    /** What is drawn at random has no operands: {@link DrawTest} has it. */
    private static final Set<String> RANDOM = Set.of("draw(String, RandomGenerator, Function)");

    /** These return the value that they are called on: {@link TraceTest} has them. */
    private static final Set<String> NAMES = Set.of("named(String)", "atStep(String, int)", "inLayer(String)");

    @Test
    void everyOperationHasOneRow() {
        List<String> rows =
                Operations.all().stream().map(Operation::signature).sorted().toList();
        List<String> operations = Arrays.stream(Tensor.class.getMethods())
                .filter(OperationsTableTest::isOperation)
                .map(OperationsTableTest::signature)
                .filter(signature ->
                        Stream.of(NOT_DIFFERENTIATED, RANDOM, NAMES).noneMatch(each -> each.contains(signature)))
                .sorted()
                .toList();
        assertThat(rows).containsExactlyElementsOf(operations);
    }

    @Test
    void theTableIsNotEmpty() {
        assertThat(Operations.all()).hasSizeGreaterThan(90);
    }

    private static boolean isOperation(Method method) {
        boolean returnsTensors =
                method.getGenericReturnType().getTypeName().matches("(java.util.List<)?rewind.autograd.Tensor>?");
        boolean takesTensors = !Modifier.isStatic(method.getModifiers())
                || Arrays.stream(method.getGenericParameterTypes())
                        .anyMatch(type -> type.getTypeName().contains(Tensor.class.getName()));
        return returnsTensors && takesTensors && !method.isSynthetic();
    }

    private static String signature(Method method) {
        String parameters = Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", "));
        return method.getName() + "(" + (method.isVarArgs() ? parameters.replaceAll("\\[]$", "...") : parameters) + ")";
    }
}

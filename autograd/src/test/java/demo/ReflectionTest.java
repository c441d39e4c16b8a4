package demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;

/** Operations can be called by reflection from anywhere, as scripting languages do. */
class ReflectionTest {
    @Test
    void everyMethodIsDeclaredInAPublicType() {
        assertThat(Tensor.class.getMethods())
                .allMatch(method -> Modifier.isPublic(method.getDeclaringClass().getModifiers()));
    }

    @Test
    void operationsOfEveryFamilyAreCalled() throws ReflectiveOperationException {
        Tensor x = Tensor.of(new double[][] {{2, 1}, {1, 3}});
        for (Method method : Tensor.class.getMethods()) {
            if (method.getParameterCount() == 0 && method.getReturnType() == Tensor.class) {
                assertThat(method.invoke(x)).as(method.getName()).isInstanceOf(Tensor.class);
            }
        }
        assertThat(call(x, "tanh")).isEqualTo(x.tanh().toString());
        assertThat(call(x, "add", x)).isEqualTo(x.add(x).toString());
        assertThat(call(x, "sum", new int[] {0})).isEqualTo(x.sum(0).toString());
        assertThat(call(x, "matmul", x)).isEqualTo(x.matmul(x).toString());
        assertThat(call(x, "permute", new int[] {1, 0})).isEqualTo(x.transpose().toString());
        assertThat(call(x, "select", 0, 1)).isEqualTo(x.select(0, 1).toString());
        assertThat(call(x, "softmaxCrossEntropy", x))
                .isEqualTo(x.softmaxCrossEntropy(x).toString());
    }

    /** Families show nothing but operations: what helps them stands elsewhere. */
    @Test
    void familiesHaveNoPublicHelpers() {
        for (Class<?> family : Tensor.class.getInterfaces()) {
            assertThat(family.getClasses()).isEmpty();
            assertThat(family.getFields()).isEmpty();
            assertThat(List.of(family.getMethods())).noneMatch(method -> Modifier.isStatic(method.getModifiers()));
        }
    }

    private static String call(Tensor x, String name, Object... arguments) throws ReflectiveOperationException {
        Class<?>[] types = Arrays.stream(arguments)
                .map(each -> each instanceof Integer ? int.class : each.getClass())
                .toArray(Class[]::new);
        return Tensor.class.getMethod(name, types).invoke(x, arguments).toString();
    }
}

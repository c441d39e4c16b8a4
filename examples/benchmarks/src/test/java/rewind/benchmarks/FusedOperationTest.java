package rewind.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;

class FusedOperationTest {
    private static final Tensor Z = tensor(0.3, -0.2, 0.9, 0.4);
    private static final Tensor A = tensor(0.1, 0.5, -0.7, 0.2);
    private static final Tensor B = tensor(-0.4, 0.6, 0.8, 0.3);

    private static Tensor tensor(double... values) {
        return Tensor.of(Shape.of(2, 2), values);
    }

    @ParameterizedTest
    @EnumSource
    void isTheSameAsItsParts(FusedOperation operation) {
        double[] parts = operation.parts(Z, A, B).toArray();
        assertThat(operation.fused(Z, A, B).toArray()).containsExactly(parts, within(1e-15));
        assertThat(parts).isNotEqualTo(Z.toArray());
    }

    @ParameterizedTest
    @EnumSource
    void hasTheGradientsOfItsParts(FusedOperation operation) {
        List<double[]> parts = gradients(operation, false);
        List<double[]> fused = gradients(operation, true);
        for (int i = 0; i < parts.size(); i++) {
            assertThat(fused.get(i)).containsExactly(parts.get(i), within(1e-15));
        }
    }

    /** The gradients with respect to z and a, and to b where it is taken. */
    private static List<double[]> gradients(FusedOperation operation, boolean fused) {
        try (Tape tape = new Tape()) {
            Tensor z = tape.watch(Z);
            Tensor a = tape.watch(A);
            Tensor b = tape.watch(B);
            Tensor result = fused ? operation.fused(z, a, b) : operation.parts(z, a, b);
            Gradients gradients = tape.backward(result, Z);
            List<Tensor> operands = operation.differentiated() ? List.of(z, a, b) : List.of(z, a);
            return operands.stream().map(each -> gradients.of(each).toArray()).toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNamedAfterItsMethod(FusedOperation operation) throws Exception {
        Class<?>[] operands = operation.differentiated()
                ? new Class<?>[] {Tensor.class, Tensor.class}
                : new Class<?>[] {Tensor.class};
        assertThat(Tensor.class.getMethod(operation.toString(), operands)).isNotNull();
    }
}

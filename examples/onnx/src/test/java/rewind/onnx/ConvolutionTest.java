package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/** Convolutions and pooling, element by element. */
class ConvolutionTest {
    private static final Well19937c RNG = new Well19937c(1);

    private static Tensor run(String op, Map<String, Tensor> inputs, Map<String, Attribute> attributes) {
        Graphs graph = new Graphs().output("y", ElementType.DOUBLE);
        List<String> names = inputs.keySet().stream().sorted().toList();
        names.forEach(name ->
                graph.input(name, ElementType.DOUBLE, new long[inputs.get(name).rank()]));
        return graph.node(op, names, List.of("y"), attributes)
                .read()
                .run(inputs)
                .get("y");
    }

    private static Attribute integers(long... values) {
        return Attribute.ofIntegers(Arrays.stream(values).boxed().toList());
    }

    @Test
    void convolution() {
        Tensor x = Tensor.randn(RNG, 2, 4, 5, 6);
        Tensor w = Tensor.randn(RNG, 6, 2, 3, 2);
        Tensor b = Tensor.randn(RNG, 6);
        Map<String, Attribute> attributes = Map.of(
                "group", Attribute.of(2L),
                "strides", integers(2, 1),
                "dilations", integers(1, 2),
                "pads", integers(1, 0, 2, 1));
        Tensor y = run("Conv", Map.of("a", x, "b", w, "c", b), attributes);
        assertThat(y.shape()).isEqualTo(Shape.of(2, 6, 3, 5));
        for (int m = 0; m < 6; m++) {
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 5; j++) {
                    double sum = b.get(m);
                    for (int c = 0; c < 2; c++) {
                        for (int k = 0; k < 6; k++) {
                            int row = 2 * i + k / 2 - 1;
                            int column = j + 2 * (k % 2);
                            boolean inside = row >= 0 && row < 5 && column < 6;
                            sum += inside ? w.get(m, c, k / 2, k % 2) * x.get(1, m / 3 * 2 + c, row, column) : 0;
                        }
                    }
                    assertThat(y.get(1, m, i, j)).isCloseTo(sum, within(1e-12));
                }
            }
        }
    }

    @Test
    void pooling() {
        Tensor x = Tensor.of(Shape.of(1, 1, 5), 1, 5, 2, 4, 3);
        Map<String, Attribute> attributes =
                Map.of("kernel_shape", integers(3), "strides", integers(2), "pads", integers(1, 1));
        assertThat(run("MaxPool", Map.of("x", x), attributes).toArray()).containsExactly(5, 5, 4);
        assertThat(run("AveragePool", Map.of("x", x), attributes).toArray()).containsExactly(3, 11 / 3.0, 3.5);
        assertThat(run("GlobalAveragePool", Map.of("x", x), Map.of()).toArray()).containsExactly(3);
        assertThat(run("GlobalMaxPool", Map.of("x", x), Map.of()).toArray()).containsExactly(5);
    }
}

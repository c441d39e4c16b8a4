package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static rewind.nn.Layers.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Layer;
import rewind.nn.recurrent.Merge;

/** A model that is too large for the heap is refused before it fills it, with the parameter that is; large samples cost nothing. */
class ModelSizesTest {
    private static final int MOST = Integer.MAX_VALUE;

    static List<Arguments> tooManyElements() {
        return List.of(
                arguments(dense(MOST), "dense", "dense/U", "[2, 2147483647]"),
                arguments(rnn(MOST), "rnn", "rnn/U", "[2, 2147483647]"),
                arguments(gru(1 << 30), "gru", "gru/U", "[3, 2, 1073741824]"),
                arguments(lstm(MOST), "lstm", "lstm/U", "[4, 2, 2147483647]"),
                arguments(gru(1 << 30).bidirectional(Merge.CONCAT), "gru", "gru/forward/U", "[3, 2, 1073741824]"),
                arguments(timeDistributed(dense(MOST)), "dense", "dense/U", "[2, 2147483647]"));
    }

    @ParameterizedTest
    @MethodSource
    void tooManyElements(Layer layer, String name, String parameter, String shape) {
        assertThatThrownBy(() -> Sequential.of(layer).build(Shape.of(3, 2), 1))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(": parameter " + parameter)
                .hasMessageEndingWith(
                        ": at most 2147483647 elements fit into a tensor, got the shape %s; the layer needs fewer units or inputs",
                        shape);
    }

    @Test
    void anEmbeddingAndAnOrthogonalMatrix() {
        assertThatThrownBy(() -> Sequential.of(embedding(1 << 20, 1 << 20)).build(Shape.of(3), 1))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("parameter embedding/E: at most 2147483647 elements");
        double units = Math.sqrt(Runtime.getRuntime().maxMemory() / 8.0) + 1000;
        if (units < 1e6) { // on larger heaps it would be drawn
            assertThatThrownBy(() -> Sequential.of(gru((int) units)).build(Shape.of(3, 2), 1))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .message()
                    .startsWith("gru, given samples [3, 2]: ")
                    .contains("do not fit into the heap of");
        }
    }

    @Test
    void moreThanTheHeap() {
        long heap = Runtime.getRuntime().maxMemory();
        int inputs = (int) Math.min(MOST / 1000, heap / 8000 + 1);
        if (heap / 8000 < MOST / 1000) { // on larger heaps no tensor is too large
            assertThatThrownBy(() -> Sequential.of(dense(1000)).build(Shape.of(inputs), 1))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "dense, given samples [%s]: parameter dense/U of the shape [%s, 1000] takes %s MB, which do not fit into the heap of %s MB; the layer needs fewer units or inputs, or the JVM a larger -Xmx",
                            inputs, inputs, (inputs * 8000L) >> 20, heap >> 20);
        }
        Initializer hungry = (rng, shape) -> {
            throw new OutOfMemoryError("Java heap space"); // as when the rest of the heap is full
        };
        for (DType dtype : DType.values()) {
            Layer own = layer("own", (scope, input) -> {
                Tensor w = scope.parameter("W", hungry, 1 << 10, 1 << 10);
                return x -> x.add(w.sum());
            });
            assertThatThrownBy(() -> Model.build(own, Shape.of(2), 1, dtype))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "parameter W of the shape [1024, 1024] takes %s MB, which do not fit into the heap of %s MB with what else it holds, and what drawing takes; ",
                            dtype == DType.FLOAT64 ? 8 : 4, heap >> 20);
        }
    }

    static List<Layer> layersForLargeSamples() {
        return List.of(
                Sequential.of(gru(2), dense(1)),
                Sequential.of(lstm(2).sequences(true), gru(2).bidirectional(Merge.SUM), dense(1)),
                Sequential.of(timeDistributed(dense(2)), layerNormalization(), dropout(0.1)),
                Sequential.of(timeDistributed(flatten()), flatten(), activation("tanh")));
    }

    @ParameterizedTest
    @MethodSource("layersForLargeSamples")
    void aLargeSampleTakesNoMemory(Layer layer) {
        Model large = Model.build(layer, Shape.of(10_000_000, 1), 1);
        Model small = Model.build(layer, Shape.of(3, 1), 1);
        assertThat(large.parameters().names()).isEqualTo(small.parameters().names());
        assertThat(large.parameters().values().toString())
                .isEqualTo(small.parameters().values().toString());
        assertThat(large.parameters().count()).isEqualTo(small.parameters().count());
    }
}

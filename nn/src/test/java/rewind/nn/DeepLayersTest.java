package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.*;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Table;
import rewind.nn.layer.Layer;

/** Layers in each other however deep, names however long and many: errors that say so, and texts that can be read. */
class DeepLayersTest {
    static List<UnaryOperator<Layer>> wrappers() {
        return List.of(
                Layers::timeDistributed,
                layer -> layer.named("a"),
                Sequential::of,
                layer -> Sequential.of(layer.named("a")));
    }

    @ParameterizedTest
    @MethodSource("wrappers")
    void areRefusedWithoutAnOverflow(UnaryOperator<Layer> wrapper) {
        Layer layer = dense(1);
        for (int i = 0; i < 20_000; i++) {
            layer = wrapper.apply(layer);
        }
        Layer deep = layer;
        int[] ones = new int[20_001];
        Arrays.fill(ones, 1);
        assertThat(deep.toString()).contains("…");
        assertThatThrownBy(() -> Model.build(deep, Shape.of(ones), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textsAreCut() {
        Layer[] many = Stream.generate(() -> dense(1)).limit(500).toArray(Layer[]::new);
        Model model = Sequential.of(many).build(Shape.of(1), 1);
        assertThat(model.toString())
                .startsWith("Model [1] -> [1], 1000 parameters of type FLOAT64: sequential([dense(1), ")
                .endsWith("… (5012 characters)")
                .hasSizeLessThan(700);
        assertThat(model.parameters().toString()).endsWith(", … 1000 in all}").hasSizeLessThan(1000);
        List<String> names = IntStream.range(0, 5000).mapToObj(i -> "a" + i).toList();
        assertThat(new Table(names, Tensor.zeros(1, 5000), List.of("b".repeat(9999)), List.of(List.of("x"))).toString())
                .contains("a19, … 5000 in all]")
                .endsWith("… (9999 characters)]")
                .hasSizeLessThan(300);
    }

    @Test
    void notesAreKeptOneByOne() {
        Model model = Sequential.of(dense(1)).build(Shape.of(1), 1);
        for (int i = 0; i < 200_000; i++) { // of which copying all for every one would take for ever
            model.note("n" + i, "v" + i);
        }
        assertThat(model.notes()).hasSize(200_000).containsEntry("n7", "v7");
        assertThat(model.note("n199999")).contains("v199999");
        assertThatThrownBy(() -> model.notes().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
        var before = model.notes();
        model.note("more", "");
        assertThat(before).doesNotContainKey("more");
        assertThatThrownBy(() -> model.note("a", null)).isInstanceOf(IllegalArgumentException.class);
    }
}

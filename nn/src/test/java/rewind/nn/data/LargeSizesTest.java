package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.gru;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Sequential;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;

/** Sizes whose product no array can have are refused as such, before memory is asked for. */
class LargeSizesTest {
    private static final int MANY = 60_000;

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isRefused(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .as(what)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 2147483647 elements");
    }

    static List<Arguments> isRefused() {
        Tensor series = Tensor.zeros(2 * MANY, 1);
        Tensor row = Tensor.zeros(1, MANY);
        String text = "ab".repeat(MANY);
        Vocabulary letters = Vocabulary.characters().of("ab");
        List<double[][]> sequences = new ArrayList<>(Collections.nCopies(MANY, new double[][] {{1}}));
        sequences.add(new double[MANY][1]);
        List<String> texts = new ArrayList<>(Collections.nCopies(MANY, "a"));
        texts.add("b".repeat(MANY));
        Lengths short_ = Lengths.of(new int[MANY]);
        Dataset wide = new Dataset(Tensor.zeros(MANY, 1, 1), Tensor.zeros(MANY, 1)).lengths(short_);
        Dataset longer = new Dataset(Tensor.zeros(1, MANY, 1), Tensor.zeros(1, 1)).lengths(Lengths.of(MANY));
        return List.of(
                arguments("windows", (ThrowingCallable) () -> Windows.of(MANY).over(series)),
                arguments("windows of two columns", (ThrowingCallable)
                        () -> Windows.of(40_000).over(Tensor.zeros(80_000, 2))),
                arguments("their targets", (ThrowingCallable)
                        () -> Windows.of(1).horizon(MANY).over(series)),
                arguments("columns again and again", (ThrowingCallable)
                        () -> Windows.of(MANY - 1).inputs(new int[MANY]).last(series)),
                arguments("of tokens", (ThrowingCallable) () -> letters.windows(text, MANY, 1)),
                arguments("ragged", (ThrowingCallable) () -> Dataset.ragged(sequences, Tensor.zeros(MANY + 1, 1))),
                arguments("padded texts", (ThrowingCallable) () -> letters.padded(texts, Tensor.zeros(MANY + 1, 1))),
                arguments("joined", (ThrowingCallable) () -> wide.concat(longer)),
                arguments("mask", (ThrowingCallable) () -> short_.mask(MANY)),
                arguments("oneHot", (ThrowingCallable) () -> series.oneHot(MANY)),
                arguments("eye", (ThrowingCallable) () -> Tensor.eye(MANY)),
                arguments("arange", (ThrowingCallable) () -> Tensor.arange(0, 1e300, 1)),
                arguments("add", (ThrowingCallable) () -> row.add(row.transpose())),
                arguments("matmul", (ThrowingCallable) () -> row.transpose().matmul(row)),
                arguments("broadcastTo", (ThrowingCallable) () -> row.broadcastTo(MANY, MANY)),
                arguments("pad", (ThrowingCallable) () -> row.pad(0, MANY, 0)),
                arguments("pad an axis", (ThrowingCallable) () -> row.pad(1, Integer.MAX_VALUE, Integer.MAX_VALUE)),
                arguments("stack", (ThrowingCallable) () -> Tensor.stack(0, Collections.nCopies(MANY, row))),
                arguments("concat", (ThrowingCallable) () -> Tensor.concat(0, Collections.nCopies(MANY, row))),
                arguments("gather", (ThrowingCallable) () -> row.gather(new int[MANY])),
                arguments("reshape", (ThrowingCallable) () -> row.reshape(MANY, MANY)),
                arguments("jacobian", (ThrowingCallable) () -> Grad.jacobian(x -> x.mul(2), row)),
                arguments("hessian", (ThrowingCallable)
                        () -> Grad.hessian(x -> x.square().sum(), row)),
                arguments("dense", build(dense(1 << 30), Shape.of(2))),
                arguments("gru", build(gru(1 << 20), Shape.of(3, 1 << 20))),
                arguments("embedding", build(embedding(1 << 30, 2), Shape.of(3))));
    }

    private static ThrowingCallable build(Layer layer, Shape input) {
        return () -> Sequential.of(layer).build(input, 1);
    }

    @org.junit.jupiter.api.Test
    void whatFitsIsNotRefused() {
        assertThat(Windows.of(3).stride(MANY).over(Tensor.zeros(2 * MANY, 1)).size())
                .isEqualTo(2);
    }
}

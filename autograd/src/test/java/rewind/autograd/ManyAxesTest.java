package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors of any number of axes can be printed, and conversions say where they end. */
class ManyAxesTest {
    private static Tensor ofAxes(int axes, int last) {
        int[] sizes = new int[axes];
        Arrays.fill(sizes, 1);
        sizes[axes - 1] = last;
        return Tensor.ones(sizes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64, 65, 300, 5000, 100_000})
    void haveAText(int axes) {
        String text = ofAxes(axes, 2).toString();
        assertThat(text).startsWith("Tensor FLOAT64 [").hasSizeLessThan(1000);
        assertThat(text.replaceAll("\\s+", "")).contains("[1.1.]");
        assertThat(text.contains(" … " + axes + " in all]")).isEqualTo(axes > 64);
        assertThat(text.contains("elements [1. 1.]")).isEqualTo(axes > 64);
        assertThat(ofAxes(axes, 0).toString()).endsWith("\n[]");
    }

    @Test
    void becomeNestedArraysAsFarAsJavaHasThem() {
        Object nested = ofAxes(255, 2).toNestedArray();
        assertThat(nested.getClass().getName()).isEqualTo("[".repeat(255) + "D");
        for (int axes : new int[] {256, 300, 5000}) {
            Tensor tensor = ofAxes(axes, 2);
            assertThatThrownBy(tensor::toNestedArray)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("toNestedArray: arrays of Java can have at most 255 axes, got " + axes);
        }
    }

    @Test
    void messagesStayShort() {
        assertThatThrownBy(() -> ofAxes(20_000, 2).add(ofAxes(20_000, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasSizeLessThan(1000);
        int[] sizes = new int[20_000];
        Arrays.fill(sizes, 2);
        assertThatThrownBy(() -> Shape.of(sizes)).message().hasSizeLessThan(1000);
    }
}

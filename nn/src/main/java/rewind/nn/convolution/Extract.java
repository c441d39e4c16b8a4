package rewind.nn.convolution;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiFunction;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.OptionType;

/** What pooling takes of the elements that it sees. */
public enum Extract {
    /** The greatest one. */
    MAX(Tensor::max, Double.NEGATIVE_INFINITY),
    /** The least one. */
    MIN(Tensor::min, Double.POSITIVE_INFINITY),
    /** Their mean. */
    MEAN(Tensor::mean, 0);

    static final OptionType<Extract> OPTION = new OptionType<>(
            Extract::word,
            (from, option, parts) -> Arrays.stream(values())
                    .filter(each -> each.word().equals(from.text(option)))
                    .findFirst()
                    .orElseThrow(() -> Check.failure(
                            "%s: option %s must be max, min or mean, got %s", from.kind(), option, from.text(option))));

    private final BiFunction<Tensor, int[], Tensor> function;
    /** What padding is to be taken for. */
    private final double neutral;

    Extract(BiFunction<Tensor, int[], Tensor> function, double neutral) {
        this.function = function;
        this.neutral = neutral;
    }

    Tensor of(Tensor x, int... axes) {
        return function.apply(x, axes);
    }

    double neutral() {
        return neutral;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

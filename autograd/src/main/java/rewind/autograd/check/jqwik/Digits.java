package rewind.autograd.check.jqwik;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Optional;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** Numbers of few digits. */
final class Digits {
    private static final MathContext FEW = new MathContext(3);

    private Digits() {}

    /** The tensor rounded to three significant digits; empty if it is already, or if different numbers would become equal. */
    static Optional<Tensor> few(Tensor x) {
        double[] all = x.toArray();
        double[] few = Arrays.stream(all).map(each -> rounded(each, x.dtype())).toArray();
        boolean changed = !Arrays.equals(all, few);
        return changed && different(all) == different(few)
                ? Optional.of(Tensor.of(x.shape(), few).to(x.dtype()))
                : Optional.empty();
    }

    /** How many elements have more than three digits. */
    static long superfluous(Tensor x) {
        return Arrays.stream(x.toArray())
                .filter(each -> each != rounded(each, x.dtype()))
                .count();
    }

    private static double rounded(double x, DType dtype) {
        double few = new BigDecimal(x).round(FEW).doubleValue();
        return dtype == DType.FLOAT32 ? (float) few : few;
    }

    private static long different(double[] numbers) {
        return Arrays.stream(numbers).distinct().count();
    }
}

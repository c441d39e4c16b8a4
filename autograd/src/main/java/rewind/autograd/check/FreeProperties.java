package rewind.autograd.check;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;

/** What holds for the derivative of every function and needs no differences. */
final class FreeProperties {
    private final Function<List<Tensor>, Tensor> f;
    private final List<Tensor> at;
    private final String name;
    private final IntFunction<String> inputName;
    private final RandomGenerator rng;

    /** @param inputName from the number of an input to its name in reports */
    FreeProperties(
            Function<List<Tensor>, Tensor> f,
            List<Tensor> at,
            String name,
            IntFunction<String> inputName,
            RandomGenerator rng) {
        this.f = f;
        this.at = at;
        this.name = name;
        this.inputName = inputName;
        this.rng = rng;
    }

    /** The report of the first property that does not hold; one of the function itself may throw what the function throws. */
    Optional<String> failure() {
        return recordedEvaluation().or(this::determinism).or(() -> {
            Tensor y = f.apply(at);
            Tensor w = random(y);
            List<Tensor> gradient = gradient(w);
            return zeroCotangent(y, gradient)
                    .or(() -> linearity(y, w, gradient))
                    .or(() -> adjointIdentity(y, w, gradient));
        });
    }

    private Tensor random(Tensor like) {
        double[] values = new double[like.size()];
        Arrays.setAll(values, i -> Contraction.random(rng));
        return Tensor.of(like.shape(), values).to(like.dtype());
    }

    private List<Tensor> gradient(Tensor w) {
        return Grad.gradient(in -> f.apply(in).mul(w).sum().to(DType.FLOAT64), at);
    }

    /** On a tape the function throws what it throws without, and has the same elements that are not finite. */
    private Optional<String> recordedEvaluation() {
        Object plain = result(() -> f.apply(at));
        Object recorded = result(() -> Trace.of(f, at).result());
        if (plain instanceof RuntimeException thrown && text(thrown).equals(text(recorded))) {
            throw thrown;
        }
        if (!(plain instanceof Tensor p) || !(recorded instanceof Tensor r)) {
            return failed("recorded evaluation", "without a tape " + text(plain), "on a tape " + text(recorded));
        }
        double[] left = p.toArray();
        double[] right = r.toArray();
        for (int i = 0; i < left.length; i++) {
            boolean finite = Double.isFinite(left[i]) && Double.isFinite(right[i]);
            if (!finite && Double.compare(left[i], right[i]) != 0) {
                return failed(
                        "recorded evaluation",
                        "without a tape " + Report.element(p.shape(), i) + " is " + left[i],
                        "on a tape " + right[i]);
            }
        }
        return Optional.empty();
    }

    private interface Attempt {
        Tensor run();
    }

    private static Object result(Attempt evaluation) {
        try {
            return evaluation.run();
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static String text(Object result) {
        return result instanceof Tensor ? "there is a result" : String.valueOf(result);
    }

    private Optional<String> determinism() {
        double[] first = f.apply(at).toArray();
        double[] second = f.apply(at).toArray();
        if (!Arrays.equals(first, second)) {
            return failed("determinism", "the function", differing(f.apply(at).shape(), first, second));
        }
        Tensor w = random(f.apply(at));
        List<Tensor> once = gradient(w);
        List<Tensor> twice = gradient(w);
        for (int i = 0; i < once.size(); i++) {
            double[] g = once.get(i).toArray();
            double[] h = twice.get(i).toArray();
            if (!Arrays.equals(g, h)) {
                return failed(
                        "determinism",
                        "the gradient of " + input(i),
                        differing(once.get(i).shape(), g, h));
            }
        }
        return Optional.empty();
    }

    private static String differing(Shape shape, double[] first, double[] second) {
        int i = Arrays.mismatch(first, second);
        return Report.element(shape, i) + " is " + first[i] + " once and " + second[i] + " again";
    }

    /** Jᵀ·0 = 0, where the derivatives are finite. */
    private Optional<String> zeroCotangent(Tensor y, List<Tensor> gradient) {
        List<Tensor> zeros = gradient(Tensor.zeros(y.dtype(), y.shape()));
        for (int input = 0; input < zeros.size(); input++) {
            double[] g = gradient.get(input).toArray();
            double[] z = zeros.get(input).toArray();
            for (int i = 0; i < z.length; i++) {
                if (Double.isFinite(g[i]) && z[i] != 0) {
                    return failed(
                            "zero cotangent",
                            input(input) + ", "
                                    + Report.element(zeros.get(input).shape(), i),
                            format("a cotangent of zeros gives %.10g", z[i]));
                }
            }
        }
        return Optional.empty();
    }

    /** Jᵀ(a w + b v) = a Jᵀw + b Jᵀv, up to rounding. */
    private Optional<String> linearity(Tensor y, Tensor w, List<Tensor> ofW) {
        Tensor v = random(y);
        List<Tensor> ofV = gradient(v);
        List<Tensor> ofBoth = gradient(w.mul(2.5).sub(v.mul(1.5)));
        for (int input = 0; input < at.size(); input++) {
            double[] both = ofBoth.get(input).toArray();
            double[] sum = ofW.get(input).mul(2.5).sub(ofV.get(input).mul(1.5)).toArray();
            double terms = largest(ofW.get(input)) + largest(ofV.get(input));
            for (int i = 0; i < both.length; i++) {
                if (Math.abs(both[i] - sum[i]) > rounding(y) * Math.max(magnitude(y), terms)) {
                    return failed(
                            "linearity",
                            input(input) + ", "
                                    + Report.element(ofBoth.get(input).shape(), i),
                            format("Jᵀ(2.5 w − 1.5 v) is %.10g, 2.5 Jᵀw − 1.5 Jᵀv %.10g", both[i], sum[i]));
                }
            }
        }
        return Optional.empty();
    }

    /** ⟨J v, w⟩ = ⟨v, Jᵀ w⟩, up to rounding: J v is the derivative of the reverse sweep with respect to its cotangent. */
    private Optional<String> adjointIdentity(Tensor y, Tensor w, List<Tensor> gradient) {
        for (int input = 0; input < at.size(); input++) {
            int k = input;
            Tensor x = at.get(k);
            Tensor v = random(x);
            Tensor pushed = Grad.jvp(each -> f.apply(Jacobian.replaced(at, k, each)), x, v);
            double left = pushed.mul(w).sum().toDouble();
            double right = gradient.get(k).mul(v).sum().toDouble();
            double terms = x.size() * largest(gradient.get(k)) + magnitude(y);
            if (Math.abs(left - right) > rounding(y) * terms) {
                return failed("adjoint identity", input(k), format("⟨J v, w⟩ is %.10g, ⟨v, Jᵀ w⟩ %.10g", left, right));
            }
        }
        return Optional.empty();
    }

    private double rounding(Tensor y) {
        return 1000
                * at.stream()
                        .mapToDouble(x -> x.dtype().epsilon())
                        .reduce(y.dtype().epsilon(), Math::max);
    }

    private static double magnitude(Tensor y) {
        return Arrays.stream(y.toArray())
                .map(each -> Math.max(1, Math.abs(each)))
                .filter(Double::isFinite)
                .sum();
    }

    private static double largest(Tensor x) {
        return Arrays.stream(x.toArray())
                .map(Math::abs)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    private String input(int input) {
        return inputName.apply(input) + " " + at.get(input).shape();
    }

    private Optional<String> failed(String property, String place, String what) {
        return Optional.of("gradient check (" + property + "): " + name + ", " + place + Report.NEW_LINE + what);
    }

    private static String format(String text, Object... details) {
        return String.format(Locale.ROOT, text, details);
    }
}

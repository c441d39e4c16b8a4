package rewind.autograd.check;

import static rewind.autograd.check.Setup.require;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.analysis.MultivariateFunction;
import org.apache.commons.math3.analysis.MultivariateVectorFunction;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.dfp.Dfp;
import rewind.autograd.Tensor;

/**
 * Checks a gradient of a plain function of numbers, neither of which uses tensors:
 *
 * <pre>{@code
 * GradientCheck.ofNumbers(x -> x[0] * x[1]).at(2, 3).against(x -> new double[] {x[1], x[0]}).verify();
 * }</pre>
 *
 * The derivation is compared with differences, or with an oracle, as {@link GradientCheck} describes it for reverse mode. Immutable.
 */
public final class NumberCheck {
    private final MultivariateFunction f;
    private final double[] x;
    private final MultivariateVectorFunction derivation;
    private final UnaryOperator<GradientCheck> settings;

    private NumberCheck(
            MultivariateFunction f,
            double[] x,
            MultivariateVectorFunction derivation,
            UnaryOperator<GradientCheck> settings) {
        this.f = f;
        this.x = x;
        this.derivation = derivation;
        this.settings = settings;
    }

    static NumberCheck of(MultivariateFunction f) {
        return new NumberCheck(f, null, null, check -> check);
    }

    private NumberCheck with(UnaryOperator<GradientCheck> setting) {
        return new NumberCheck(f, x, derivation, check -> setting.apply(settings.apply(check)));
    }

    /** Names the function in messages; it is "function" otherwise. */
    public NumberCheck named(String name) {
        return with(check -> check.named(name));
    }

    /** Sets the point. */
    public NumberCheck at(double... point) {
        return new NumberCheck(f, point.clone(), derivation, settings);
    }

    /** Sets the gradient that is checked. */
    public NumberCheck against(MultivariateVectorFunction gradient) {
        return new NumberCheck(f, x, gradient, settings);
    }

    /** As {@link GradientCheck#tolerance}. */
    public NumberCheck tolerance(double tolerance) {
        return with(check -> check.tolerance(tolerance));
    }

    /** As {@link GradientCheck#forwardMode}. */
    public NumberCheck forwardMode(Function<DerivativeStructure[], DerivativeStructure> same) {
        return with(check -> check.forwardMode(same));
    }

    /** As {@link GradientCheck#complexStep}. */
    public NumberCheck complexStep(Function<Complex[], Complex> same) {
        return with(check -> check.complexStep(same));
    }

    /** As {@link GradientCheck#digits}. */
    public NumberCheck digits(Function<Dfp[], Dfp> same) {
        return with(check -> check.digits(same));
    }

    /**
     * Checks.
     *
     * @throws AssertionError with the report unless the verdict is {@link Verdict#PASS}
     * @throws IllegalArgumentException if there is no point or no derivation, if that gives another number of derivatives, or the
     *     function another result for the same numbers
     */
    public void verify() {
        check().verify();
    }

    /** Checks, and returns the report unless the verdict is {@link Verdict#PASS}; throws as {@link #verify}. */
    public Optional<String> failure() {
        return check().failure();
    }

    /** Checks, and returns verdict and report; throws as {@link #verify}. */
    public Outcome outcome() {
        return check().outcome();
    }

    /** The function as an operation whose rule is the derivation, so that reverse mode gives just that. */
    private GradientCheck check() {
        require(x != null, "a function of numbers needs a point: at(…)");
        require(derivation != null, "a function of numbers needs a derivation: against(x -> …)");
        UnaryOperator<Tensor> operation = in -> Tensor.op(
                "function",
                at -> Tensor.of(f.value(at[0].toArray())),
                List.of(in),
                y -> dy -> gradient(in).mul(dy));
        return settings.apply(GradientCheck.of(operation).subject("derivation").at(Tensor.of(x)));
    }

    private Tensor gradient(Tensor at) {
        double[] gradient = derivation.value(at.toArray());
        require(
                gradient != null && gradient.length == x.length,
                "the derivation must give as many derivatives as there are numbers, %s, got %s",
                x.length,
                gradient == null ? "null" : gradient.length);
        return Tensor.of(gradient);
    }

    /** Returns where the function is checked. */
    @Override
    public String toString() {
        return "gradient check of a function of numbers at " + Arrays.toString(x);
    }
}

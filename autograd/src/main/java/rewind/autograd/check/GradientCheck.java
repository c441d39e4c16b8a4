package rewind.autograd.check;

import static java.util.Collections.singletonList;
import static rewind.autograd.check.Setup.require;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.analysis.MultivariateFunction;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.dfp.Dfp;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;

/**
 * Checks the gradients of a function of tensors: reverse mode, central differences, and derivations by hand.
 *
 * <pre>{@code
 * GradientCheck.of((x, h) -> cell.step(x, h)).at(x0, h0).verify();              // against differences
 * GradientCheck.of(f).at(x0).against(x -> x.square().mul(3)).verify();          // against a derivation
 * GradientCheck.of(Tensor::tanh).named("tanh").at(x0).secondOrder().verify();   // second derivatives as well
 * }</pre>
 *
 * <p>The text of a failure names the input and its worst element, the one with the largest difference:
 *
 * <pre>
 * gradient check: tanh, input 0 [3, 4], element [1, 2]
 *   reverse mode 0.4199743416   central difference 0.4199750012 ± 1e-08   (h = 7.4e-04)
 *   relative error 1.6e-06 exceeds 1.0e-07
 *   3 of 12 elements differ; cotangent from seed 1
 * </pre>
 *
 * <p>The {@linkplain rewind.autograd.check package's page} says how a derivative is judged, and with which tolerance. What does not pass
 * makes {@link #verify} throw.
 *
 * <p><b>Diagnosis.</b> Where reverse mode is wrong, the rule of every recorded operation is checked by itself at its actual operands, and
 * the report names the wrong ones, with argument, step, position on the tape and line, the mistake if it is a usual one (a sign, a factor,
 * a transpose, a sum over a broadcast axis, a dropped or shifted step), and the operation's Jacobian as a picture. Where a derivation is
 * wrong, the report names the mistake likewise, or else looks for a single rule with which, changed in such a way, reverse mode gives the
 * same as the derivation. Derivations of the adjoints of named values are compared from the end of the computation to its beginning, so
 * that the first one reported is where the mistake is: {@link #againstAdjoints}.
 *
 * <p>Derivatives that are not finite agree only if both are NaN or the same infinity; a function that is not finite at the inputs
 * fails the check. A check is immutable, and every method that sets something returns a new one; it may be shared between threads
 * if the function may. The same check always gives the same outcome.
 */
public final class GradientCheck {
    static final int LARGE = 64;
    static final int DIRECTIONS = 8;

    private final Setup setup;

    private GradientCheck(Setup setup) {
        this.setup = setup;
    }

    private GradientCheck with(Consumer<Setup> change) {
        return new GradientCheck(setup.with(change));
    }

    /** Returns a check of a function of one tensor. */
    public static GradientCheck of(UnaryOperator<Tensor> f) {
        return new GradientCheck(new Setup(in -> f.apply(in.get(0)), 1));
    }

    /** Returns a check of a function of two tensors. */
    public static GradientCheck of(BinaryOperator<Tensor> f) {
        return new GradientCheck(new Setup(in -> f.apply(in.get(0), in.get(1)), 2));
    }

    /** Returns a check of a function of any number of tensors. */
    public static GradientCheck ofAll(Function<List<Tensor>, Tensor> f) {
        return new GradientCheck(new Setup(f, -1));
    }

    /** Returns a check of a gradient of a function of numbers, {@code GradientCheck.ofNumbers(f).at(…).against(gradient).verify()}. */
    public static NumberCheck ofNumbers(MultivariateFunction f) {
        return NumberCheck.of(f);
    }

    /** Sets what reverse mode stands for. */
    GradientCheck subject(String subject) {
        return with(changed -> changed.subject = subject);
    }

    /** Names the function in messages; it is "function" otherwise. */
    public GradientCheck named(String name) {
        return with(changed -> changed.name = name);
    }

    /** Names the inputs in messages, all of them: {@code input U [3, 4]} instead of {@code input 0 [3, 4]}. */
    public GradientCheck inputNames(String... names) {
        return inputNames(List.of(names));
    }

    /** As {@link #inputNames(String...)}. */
    public GradientCheck inputNames(List<String> names) {
        Names copy = new Names("input", List.copyOf(names));
        return with(changed -> changed.names = copy);
    }

    /** Sets the inputs at which derivatives are compared, with respect to all of them. Their values count, not their tapes. */
    public GradientCheck at(Tensor... inputs) {
        return at(List.of(inputs));
    }

    /** As {@link #at(Tensor...)}. */
    public GradientCheck at(List<Tensor> inputs) {
        List<Tensor> constants = inputs.stream().map(Tensor::detach).toList();
        return with(changed -> changed.inputs = constants);
    }

    /**
     * Sets the relative error that is allowed, by default 1e-6, or 1e-3 if an input or the result is of type FLOAT32.
     *
     * @throws IllegalArgumentException if it is not positive and finite
     */
    public GradientCheck tolerance(double tolerance) {
        require(
                tolerance > 0 && Double.isFinite(tolerance),
                "the tolerance must be positive and finite, got %s",
                tolerance);
        return with(changed -> changed.tolerance = OptionalDouble.of(tolerance));
    }

    /** Sets the seed of the cotangent and of the directions, 1 by default. */
    public GradientCheck seed(long seed) {
        return with(changed -> changed.seed = seed);
    }

    /**
     * Checks second derivatives too, once the first ones agree: the gradient by reverse mode, contracted with a random vector, is
     * checked as a function in the same way, always against central differences. A failure then begins
     * {@code gradient check (second order): …}.
     */
    public GradientCheck secondOrder() {
        return order(2);
    }

    /**
     * Checks derivatives up to an order, one order after the other, as {@link #secondOrder} does; time grows exponentially.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public GradientCheck order(int highest) {
        require(highest > 0, "the order must be positive, got %s", highest);
        return with(changed -> changed.order = highest);
    }

    /**
     * Checks first what holds for every function and needs no differences: that the function on a tape throws what it throws without
     * one and is not finite at the same elements; that it and its gradient are the same bits every time; that a cotangent of zeros gives
     * zeros; that Jᵀ(a w + b v) = a Jᵀw + b Jᵀv; and that ⟨J v, w⟩ = ⟨v, Jᵀw⟩, which holds if pullbacks are written in tensor operations.
     * A failure begins {@code gradient check (linearity): …} or the like. If the function throws the same either way, the check does.
     */
    public GradientCheck properties() {
        return with(changed -> changed.properties = true);
    }

    /** {@link #properties}, {@link #secondOrder} and {@link #verify} in one. */
    public void verifyAll() {
        properties().order(Math.max(2, setup.order)).verify();
    }

    /**
     * Gives the function a second time, in Commons Math's forward mode, which is exact; for functions with one element as their result.
     *
     * @param f a function of all elements of all inputs, one after another
     */
    public GradientCheck forwardMode(Function<DerivativeStructure[], DerivativeStructure> f) {
        return with(changed -> changed.oracle = Optional.of(Oracle.forwardMode(f)));
    }

    /**
     * Gives the function a second time over complex numbers, where Im f(x + ih)/h is exact: it must be analytic, without |x| and
     * comparisons.
     *
     * @param f as of {@link #forwardMode}
     */
    public GradientCheck complexStep(Function<Complex[], Complex> f) {
        return with(changed -> changed.oracle = Optional.of(Oracle.complexStep(f)));
    }

    /**
     * Gives the function a second time over numbers of 40 digits, of which central differences lose 15.
     *
     * @param f as of {@link #forwardMode}
     */
    public GradientCheck digits(Function<Dfp[], Dfp> f) {
        return with(changed -> changed.oracle = Optional.of(Oracle.digits(f)));
    }

    /**
     * Compares with a derivation, for a function of one tensor with one element as its result.
     *
     * @param gradient x ↦ ∂f/∂x, of x's shape
     */
    public GradientCheck against(UnaryOperator<Tensor> gradient) {
        return against(Derivation.ofGradients(in -> singletonList(gradient.apply(in.get(0)))));
    }

    /**
     * Compares with a derivation, for a function of one tensor with a result of any shape.
     *
     * @param pullback (x, dy) ↦ Jᵀ·dy, of x's shape, for a cotangent dy of the result's shape
     */
    public GradientCheck against(BinaryOperator<Tensor> pullback) {
        return against(Derivation.ofPullback((in, dy) -> singletonList(pullback.apply(in.get(0), dy))));
    }

    /**
     * Compares with a derivation, for a function of several tensors with one element as its result.
     *
     * @param gradients inputs ↦ ∂f/∂x for every input x, each of its shape
     */
    public GradientCheck againstAll(Function<List<Tensor>, List<Tensor>> gradients) {
        return against(Derivation.ofGradients(gradients));
    }

    /**
     * Compares with a derivation, for a function of several tensors with a result of any shape.
     *
     * @param pullback (inputs, dy) ↦ Jᵀ·dy for every input, each of its shape, for a cotangent dy of the result's shape
     */
    public GradientCheck againstAll(BiFunction<List<Tensor>, Tensor, List<Tensor>> pullback) {
        return against(Derivation.ofPullback(pullback));
    }

    private GradientCheck against(Derivation derivation) {
        return with(changed -> changed.derivation = Optional.of(derivation));
    }

    /**
     * Compares with a derivation of the adjoints of named values ({@link Tensor#named}), all of them or some. They are compared in the
     * reverse order of their naming, so that the first one that differs is where the derivation goes wrong.
     *
     * @param adjoints (inputs, dy) ↦ ∂⟨dy, f⟩/∂v for named values v, each of v's shape, for a cotangent dy of the result's shape
     */
    public GradientCheck againstAdjoints(BiFunction<List<Tensor>, Tensor, Map<Trace.Name, Tensor>> adjoints) {
        return with(changed -> changed.adjoints = Optional.of(adjoints));
    }

    /**
     * Checks.
     *
     * @throws AssertionError with the report unless the verdict is {@link Verdict#PASS}
     * @throws IllegalArgumentException if there are no inputs, or not as many as the function has, or names; if the function or the
     *     derivation gives null, a derivation another shape, or the function another result or gradient for the same inputs
     */
    public void verify() {
        failure().ifPresent(text -> {
            throw new AssertionError(text);
        });
    }

    /**
     * Checks, and returns the report unless the verdict is {@link Verdict#PASS}.
     *
     * @throws IllegalArgumentException as {@link #verify}
     */
    public Optional<String> failure() {
        Outcome outcome = outcome();
        return outcome.passed() ? Optional.empty() : Optional.of(outcome.report());
    }

    /**
     * Checks, and tells whether the verdict is {@link Verdict#PASS}. It does not look for the reason of a failure, which takes longer
     * than to find out: for searches among many functions or inputs.
     *
     * @throws IllegalArgumentException as {@link #verify}
     */
    public boolean passes() {
        return with(changed -> changed.explained = false).outcome().passed();
    }

    /**
     * Checks, and returns verdict and report.
     *
     * @throws IllegalArgumentException as {@link #verify}
     */
    public Outcome outcome() {
        setup.requireInputs();
        Optional<Outcome> wrongAdjoint = setup.adjoints
                .map(derived -> new Examination(setup.ofAdjoints(derived)).outcome())
                .filter(outcome -> !outcome.passed());
        return wrongAdjoint.orElseGet(() -> new Examination(setup).outcome());
    }

    /** Returns what is checked, where, and how. */
    @Override
    public String toString() {
        return "gradient check: " + setup.name + " at "
                + setup.inputs.stream().map(Tensor::shape).toList()
                + ", order " + setup.order + ", seed " + setup.seed
                + (setup.tolerance.isPresent() ? ", tolerance " + setup.tolerance.getAsDouble() : "");
    }
}

package rewind.autograd.check;

import static java.util.Collections.singletonList;

import java.util.List;
import java.util.Locale;
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
 * <p><b>Result.</b> f may have a result of any shape. It is contracted with a random cotangent w of the same shape to s = Σ w ⊙ f,
 * and what is compared is ∂s/∂x; |w| lies between ½ and 1½, so that no element of the result escapes. Of a result with one element
 * the derivative itself is compared: its cotangent is 2, by which both sides are divided again.
 *
 * <p><b>Differences.</b> D(h) = (s(x + h) − s(x − h)) / 2h and R(h) = (4 D(h/2) − D(h)) / 3 (Richardson), with h = η max(1, |x|) for every
 * element x; divisors are the steps that were made after rounding. The error of R(h) is taken to be
 *
 * <pre>u = |D(h/2) − D(h)| / 3 + max(24 ε F / h, 8 ε^(2/3) F / max(1, |x|)),   F = Σ |w| max(1, |f|) over the terms that the step changes</pre>
 *
 * The first term is the error of D(h/2), which exceeds that of R; the second one is the rounding noise of s, since small values are often
 * differences of numbers near 1, and that of a gradient which is zero but for rounding. η goes through ε^(1/5), ε^(4/15), …, ε^(7/15)
 * until R agrees with the gradient g to the tolerance, the first term being below a thousandth. If that never happens, u grows by how much
 * the R of the two next smaller steps differ, and the R of the smallest u counts. Then g agrees if
 * |g − R| ≤ tolerance · max(|g|, |R|) + u. An R for which nothing changed in f, although something did with a larger step, does not
 * count: the change was rounded away.
 *
 * <p><b>Doubt.</b> Before g is called wrong, η goes on to ε^(12/15), as long as noise leaves a tenth of the disagreement to be seen: a
 * function may be smooth on a finer scale than the usual steps. It is inconclusive, and not wrong, if no step was small enough, that
 * is if R did not settle (u &gt; |R| / 10) while |g| h is more than a sixteenth of the largest change of s that was seen; or if
 * |g − R| is within what u becomes when it grows by twice the scatter of R(h) for steps up to an eighth longer or shorter and by
 * 24 ε V / h, V being the largest value on the way from the inputs to s, whose rounding is larger than that of s.
 *
 * <p><b>Verdicts.</b> {@link Verdict#FAIL} is a derivative that does not agree; {@link Verdict#KINK} one where the slopes to both sides
 * differ and g lies between them, as for relu at 0; {@link Verdict#INCONCLUSIVE} one that agrees with an R that tells nothing, u being a
 * tenth of the largest derivative and more than 100 √ε F, or that is in doubt. Each of them makes {@link #verify} throw.
 *
 * <p><b>Large inputs.</b> An input of n &gt; {@value #LARGE} elements is first compared along {@value #DIRECTIONS} random
 * directions v with ½ ≤ |v| ≤ 1½, scaled by max(1, |x|): ⟨g, v⟩ against the difference along v, by the formula above with
 * max(|⟨g, v⟩|, |R|, √Σ(g v)²) for the maximum. A single wrong element is noticed if its error is at least some
 * 2 tolerance √n times as large as the gradient's elements are on average. Where a direction disagrees, halving leads to at most
 * {@value #LARGE} elements, the worst of which is reported.
 *
 * <p><b>Derivations.</b> A derivative d agrees with g if |g − d| ≤ tolerance · max(|g|, |d|) + 64 ε max(F, ‖g‖∞), F over all
 * terms: what cancels to zero in one formula need not do so in the other. If they agree, differences must not contradict both; if not,
 * they tell which is wrong. An oracle, for functions with one element as their result, takes the place of differences: it is as exact as
 * a derivation.
 *
 * <p><b>Diagnosis.</b> Where reverse mode is wrong, the rule of every recorded operation is checked by itself at its actual operands, and
 * the report names the wrong ones, with argument, step, position on the tape and line, the mistake if it is a usual one (a sign, a factor,
 * a transpose, a sum over a broadcast axis, a dropped or shifted step), and the operation's Jacobian as a picture. Where a derivation is
 * wrong, the report names the mistake likewise, or else looks for a single rule with which, changed in such a way, reverse mode gives the
 * same as the derivation. Derivations of the adjoints of named values are compared from the end of the computation to its beginning, so
 * that the first one reported is where the mistake is: {@link #againstAdjoints}.
 *
 * <p><b>Precision.</b> ε is that of the dtype, the coarsest one if inputs and result differ in it. A small change may be
 * rounded away: F is at least a part of the sum over all terms, 1/1024, and for FLOAT32 an eighth; there noise is 7e-5 F. So only the coarse errors are seen: a sign, a
 * factor, a transpose. Check a function in FLOAT64 where it can be had.
 *
 * <p>Derivatives that are not finite agree only if both are NaN or the same infinity; a function that is not finite at the inputs
 * fails the check. A check is immutable, and every method that sets something returns a new one; it may be shared between threads
 * if the function may. The same check always gives the same outcome.
 */
public final class GradientCheck {
    static final int LARGE = 64;
    static final int DIRECTIONS = 8;

    private final Function<List<Tensor>, Tensor> function;
    private final int arity;
    private String name = "function";
    private String subject = Examination.REVERSE;
    private List<String> inputNames = List.of();
    private List<Tensor> inputs = List.of();
    private OptionalDouble tolerance = OptionalDouble.empty();
    private long seed = 1;
    private int order = 1;
    private boolean properties;
    private boolean explained = true;
    private Optional<Derivation> derivation = Optional.empty();
    private Optional<BiFunction<List<Tensor>, Tensor, Map<Trace.Name, Tensor>>> adjoints = Optional.empty();
    private Optional<Oracle> oracle = Optional.empty();

    private GradientCheck(Function<List<Tensor>, Tensor> function, int arity) {
        this.function = function;
        this.arity = arity;
    }

    private GradientCheck with(Consumer<GradientCheck> change) {
        GradientCheck changed = new GradientCheck(function, arity);
        changed.name = name;
        changed.subject = subject;
        changed.inputNames = inputNames;
        changed.inputs = inputs;
        changed.tolerance = tolerance;
        changed.seed = seed;
        changed.order = order;
        changed.properties = properties;
        changed.explained = explained;
        changed.derivation = derivation;
        changed.adjoints = adjoints;
        changed.oracle = oracle;
        change.accept(changed);
        return changed;
    }

    /** Returns a check of a function of one tensor. */
    public static GradientCheck of(UnaryOperator<Tensor> f) {
        return new GradientCheck(in -> f.apply(in.get(0)), 1);
    }

    /** Returns a check of a function of two tensors. */
    public static GradientCheck of(BinaryOperator<Tensor> f) {
        return new GradientCheck(in -> f.apply(in.get(0), in.get(1)), 2);
    }

    /** Returns a check of a function of any number of tensors. */
    public static GradientCheck ofAll(Function<List<Tensor>, Tensor> f) {
        return new GradientCheck(f, -1);
    }

    /** Returns a check of a gradient of a function of numbers, {@code GradientCheck.ofNumbers(f).at(…).against(gradient).verify()}. */
    public static NumberCheck ofNumbers(MultivariateFunction f) {
        return NumberCheck.of(f);
    }

    /** Sets what reverse mode stands for. */
    GradientCheck subject(String subject) {
        return with(check -> check.subject = subject);
    }

    /** Names the function in messages; it is "function" otherwise. */
    public GradientCheck named(String name) {
        return with(check -> check.name = name);
    }

    /** Names the inputs in messages, all of them: {@code input U [3, 4]} instead of {@code input 0 [3, 4]}. */
    public GradientCheck inputNames(String... names) {
        return inputNames(List.of(names));
    }

    /** As {@link #inputNames(String...)}. */
    public GradientCheck inputNames(List<String> names) {
        List<String> copy = List.copyOf(names);
        return with(check -> check.inputNames = copy);
    }

    /** Sets the inputs at which derivatives are compared, with respect to all of them. Their values count, not their tapes. */
    public GradientCheck at(Tensor... inputs) {
        return at(List.of(inputs));
    }

    /** As {@link #at(Tensor...)}. */
    public GradientCheck at(List<Tensor> inputs) {
        List<Tensor> constants = inputs.stream().map(Tensor::detach).toList();
        return with(check -> check.inputs = constants);
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
        return with(check -> check.tolerance = OptionalDouble.of(tolerance));
    }

    /** Sets the seed of the cotangent and of the directions, 1 by default. */
    public GradientCheck seed(long seed) {
        return with(check -> check.seed = seed);
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
        return with(check -> check.order = highest);
    }

    /**
     * Checks first what holds for every function and needs no differences: that the function on a tape throws what it throws without
     * one and is not finite at the same elements; that it and its gradient are the same bits every time; that a cotangent of zeros gives
     * zeros; that Jᵀ(a w + b v) = a Jᵀw + b Jᵀv; and that ⟨J v, w⟩ = ⟨v, Jᵀw⟩, which holds if pullbacks are written in tensor operations.
     * A failure begins {@code gradient check (linearity): …} or the like. If the function throws the same either way, the check does.
     */
    public GradientCheck properties() {
        return with(check -> check.properties = true);
    }

    /** {@link #properties}, {@link #secondOrder} and {@link #verify} in one. */
    public void verifyAll() {
        properties().order(Math.max(2, order)).verify();
    }

    /**
     * Gives the function a second time, in Commons Math's forward mode, which is exact; for functions with one element as their result.
     *
     * @param f a function of all elements of all inputs, one after another
     */
    public GradientCheck forwardMode(Function<DerivativeStructure[], DerivativeStructure> f) {
        return with(check -> check.oracle = Optional.of(Oracle.forwardMode(f)));
    }

    /**
     * Gives the function a second time over complex numbers, where Im f(x + ih)/h is exact: it must be analytic, without |x| and
     * comparisons.
     *
     * @param f as of {@link #forwardMode}
     */
    public GradientCheck complexStep(Function<Complex[], Complex> f) {
        return with(check -> check.oracle = Optional.of(Oracle.complexStep(f)));
    }

    /**
     * Gives the function a second time over numbers of 40 digits, of which central differences lose 15.
     *
     * @param f as of {@link #forwardMode}
     */
    public GradientCheck digits(Function<Dfp[], Dfp> f) {
        return with(check -> check.oracle = Optional.of(Oracle.digits(f)));
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
        return with(check -> check.derivation = Optional.of(derivation));
    }

    /**
     * Compares with a derivation of the adjoints of named values ({@link Tensor#named}), all of them or some. They are compared in the
     * reverse order of their naming, so that the first one that differs is where the derivation goes wrong.
     *
     * @param adjoints (inputs, dy) ↦ ∂⟨dy, f⟩/∂v for named values v, each of v's shape, for a cotangent dy of the result's shape
     */
    public GradientCheck againstAdjoints(BiFunction<List<Tensor>, Tensor, Map<Trace.Name, Tensor>> adjoints) {
        return with(check -> check.adjoints = Optional.of(adjoints));
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
        return with(check -> check.explained = false).outcome().passed();
    }

    /**
     * Checks, and returns verdict and report.
     *
     * @throws IllegalArgumentException as {@link #verify}
     */
    public Outcome outcome() {
        requireInputs();
        Optional<Outcome> wrongAdjoint = adjoints.map(this::ofAdjoints).filter(outcome -> !outcome.passed());
        return wrongAdjoint.orElseGet(() -> new Examination(new Examination.Setup(
                        this::result,
                        name,
                        new Names("input", inputNames),
                        inputs,
                        subject,
                        tolerance,
                        seed,
                        order,
                        properties,
                        explained,
                        derivation,
                        oracle))
                .outcome());
    }

    private Outcome ofAdjoints(BiFunction<List<Tensor>, Tensor, Map<Trace.Name, Tensor>> derived) {
        Adjoints named = Adjoints.of(name, this::result, inputs, derived);
        return new Examination(new Examination.Setup(
                        named::shifted,
                        name,
                        new Names("adjoint of", named.labels()),
                        named.zeros(),
                        subject,
                        tolerance,
                        seed,
                        1,
                        false,
                        explained,
                        Optional.of(named.derivation()),
                        Optional.empty()))
                .outcome();
    }

    private Tensor result(List<Tensor> in) {
        Tensor result = function.apply(in);
        require(result != null, "%s must not return null", name);
        return result;
    }

    private void requireInputs() {
        require(!inputs.isEmpty(), "%s needs inputs: at(…)", name);
        require(
                arity < 0 || arity == inputs.size(),
                "the number of inputs of %s must be %s, got %s",
                name,
                arity,
                inputs.size());
        require(
                inputNames.isEmpty() || inputNames.size() == inputs.size(),
                "there must be as many names as inputs, %s, got %s",
                inputs.size(),
                inputNames);
    }

    /** Throws an {@link IllegalArgumentException} with the formatted text unless the condition holds. */
    static void require(boolean condition, String text, Object... details) {
        if (!condition) {
            throw new IllegalArgumentException("gradient check: " + String.format(Locale.ROOT, text, details));
        }
    }

    /** Returns what is checked, where, and how. */
    @Override
    public String toString() {
        return "gradient check: " + name + " at "
                + inputs.stream().map(Tensor::shape).toList()
                + ", order " + order + ", seed " + seed
                + (tolerance.isPresent() ? ", tolerance " + tolerance.getAsDouble() : "");
    }
}

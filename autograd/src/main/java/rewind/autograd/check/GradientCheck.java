package rewind.autograd.check;

import static java.util.Collections.singletonList;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/**
 * Checks the gradients of a function of tensors: reverse mode against central differences, or against a derivation by hand.
 *
 * <pre>{@code
 * GradientCheck.of((x, h) -> cell.step(x, h)).at(x0, h0).verify();              // against central differences
 * GradientCheck.of(f).at(x0).against(x -> x.square().mul(3)).verify();          // against a derivation
 * GradientCheck.of(Tensor::tanh).named("tanh").at(x0).secondOrder().verify();   // second derivatives as well
 * }</pre>
 *
 * <p>The text of a failure names the input and its worst element, the one with the largest difference:
 *
 * <pre>
 * gradient check: tanh, input 0 [3, 4], element [1, 2]
 *   reverse mode 0.4199743416   central difference 0.4199750012   (h = 6.1e-06)
 *   relative error 1.6e-06 exceeds 1.0e-07
 *   3 of 12 elements differ; cotangent from seed 1
 * </pre>
 *
 * <p><b>Result.</b> f may have a result of any shape. It is contracted with a random cotangent w of the same shape to s = Σ w ⊙ f,
 * and what is compared is ∂s/∂x; |w| lies between ½ and 1½, so that no element of the result escapes. Of a result with one element
 * the derivative itself is compared: its cotangent is 2, by which both sides are divided again.
 *
 * <p><b>Central differences.</b> D(h) = (s(x + h) − s(x − h)) / 2h with h = ε^(1/3) max(1, |x|) for every element x; the divisor
 * is the step that was made after rounding. A gradient g agrees if
 *
 * <pre>|g − D(h)| ≤ tolerance · max(|g|, |D(h)|) + 8 ε F / h + |D(2h) − D(h)|</pre>
 *
 * The second term is the rounding noise of the difference itself: F = Σ |w| max(1, |f|) over the terms that the step changes, since
 * small values are often differences of numbers near 1. The third one bounds the truncation error, which is a third of it for a
 * smooth function.
 *
 * <p><b>Large inputs.</b> An input of n &gt; {@value #LARGE} elements is first compared along {@value #DIRECTIONS} random
 * directions v with ½ ≤ |v| ≤ 1½, scaled by max(1, |x|): ⟨g, v⟩ against the central difference along v, by the formula above with
 * max(|⟨g, v⟩|, |D(h)|, √Σ(g v)²) for the maximum. A single wrong element is noticed if its error is at least some
 * 2 tolerance √n times as large as the gradient's elements are on average. Where a direction disagrees, halving leads to at most
 * {@value #LARGE} elements, the worst of which is reported.
 *
 * <p><b>Derivations.</b> A derivative d agrees with g if |g − d| ≤ tolerance · max(|g|, |d|) + 64 ε max(F, ‖g‖∞), F over all
 * terms: what cancels to zero in one formula need not do so in the other.
 *
 * <p><b>Precision.</b> ε is that of the dtype, the coarsest one if inputs and result differ in it. For FLOAT32 steps are 5e-3 and
 * noise is 2e-4 F, where F is at least an eighth of the sum over all terms, since a small change may be rounded away. So only the
 * coarse errors are seen: a sign, a factor, a transpose. Check a function in FLOAT64 where it can be had.
 *
 * <p>At a kink the central difference is the mean of both slopes, which reverse mode need not give: choose inputs elsewhere.
 * Derivatives that are not finite agree only if both are NaN or the same infinity; a function that is not finite at the inputs
 * fails the check. A check is immutable, and every method that sets something returns a new one; it may be shared between threads
 * if the function may. The same check always gives the same outcome.
 */
public final class GradientCheck {
    static final int LARGE = 64;
    static final int DIRECTIONS = 8;

    private final Function<List<Tensor>, Tensor> function;
    private final int arity;
    private String name = "function";
    private List<String> inputNames = List.of();
    private List<Tensor> inputs = List.of();
    private OptionalDouble tolerance = OptionalDouble.empty();
    private long seed = 1;
    private boolean secondOrder;
    private Optional<Derivation> derivation = Optional.empty();

    private GradientCheck(Function<List<Tensor>, Tensor> function, int arity) {
        this.function = function;
        this.arity = arity;
    }

    private GradientCheck with(Consumer<GradientCheck> change) {
        GradientCheck changed = new GradientCheck(function, arity);
        changed.name = name;
        changed.inputNames = inputNames;
        changed.inputs = inputs;
        changed.tolerance = tolerance;
        changed.seed = seed;
        changed.secondOrder = secondOrder;
        changed.derivation = derivation;
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
        return with(check -> check.secondOrder = true);
    }

    /**
     * Compares with a derivation instead of central differences, for a function of one tensor with one element as its result.
     *
     * @param gradient x ↦ ∂f/∂x, of x's shape
     */
    public GradientCheck against(UnaryOperator<Tensor> gradient) {
        return against(Derivation.ofGradients(in -> singletonList(gradient.apply(in.get(0)))));
    }

    /**
     * Compares with a derivation instead of central differences, for a function of one tensor with a result of any shape.
     *
     * @param pullback (x, dy) ↦ Jᵀ·dy, of x's shape, for a cotangent dy of the result's shape
     */
    public GradientCheck against(BinaryOperator<Tensor> pullback) {
        return against(Derivation.ofPullback((in, dy) -> singletonList(pullback.apply(in.get(0), dy))));
    }

    /**
     * Compares with a derivation instead of central differences, for a function of several tensors with one element as its result.
     *
     * @param gradients inputs ↦ ∂f/∂x for every input x, each of its shape
     */
    public GradientCheck againstAll(Function<List<Tensor>, List<Tensor>> gradients) {
        return against(Derivation.ofGradients(gradients));
    }

    /**
     * Compares with a derivation instead of central differences, for a function of several tensors with a result of any shape.
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
     * Checks.
     *
     * @throws AssertionError with the text shown above if a gradient is wrong
     * @throws IllegalArgumentException if there are no inputs, or not as many as the function has, or names; if the function or the
     *     derivation gives null, a derivation another shape, or the function another result for the same inputs
     */
    public void verify() {
        failure().ifPresent(text -> {
            throw new AssertionError(text);
        });
    }

    /**
     * Checks, and returns the text of the failure if a gradient is wrong.
     *
     * @throws IllegalArgumentException as {@link #verify}
     */
    public Optional<String> failure() {
        requireInputs();
        RandomGenerator rng = new Well19937c(seed);
        Contraction first = Contraction.of(this::results, inputs, rng);
        require(first.isPure(), "%s must give the same result every time for the same inputs", name);
        Optional<String> failure = failure("gradient check: ", first, derivation, rng);
        if (failure.isPresent() || !secondOrder) {
            return failure;
        }
        return failure("gradient check (second order): ", first.derivative(rng), Optional.empty(), rng);
    }

    private Optional<String> failure(String title, Contraction s, Optional<Derivation> by, RandomGenerator rng) {
        double allowed = tolerance.orElse(s.epsilon() > DType.FLOAT64.epsilon() ? 1e-3 : 1e-6);
        Report report = new Report(title + name, inputNames, allowed, seed, s);
        return report.notFinite().or(() -> {
            Comparison comparison = new Comparison(s, allowed, rng);
            return report.failure(by.map(derivation -> comparison.with(derivation.gradients(name, s)))
                    .orElseGet(comparison::withDifferences));
        });
    }

    /** The function as one with a list of results, here of one. */
    private List<Tensor> results(List<Tensor> in) {
        Tensor result = function.apply(in);
        require(result != null, "%s must not return null", name);
        return List.of(result);
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
}

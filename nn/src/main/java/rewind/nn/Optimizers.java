package rewind.nn;

import rewind.autograd.DType;

/**
 * The usual optimizers, for static import. Each is an immutable value; its options return a new one. In their formulas p is a
 * parameter, dp its gradient, lr the learning rate of the step, t the number of the step from 1; all is elementwise, and what is
 * remembered starts at 0.
 *
 * <p>All throw {@link IllegalArgumentException} if the learning rate is not positive and finite.
 */
public final class Optimizers {
    private Optimizers() {}

    /** Gradient descent, p ← p − lr·dp; momentum is an option, see {@link Sgd}. */
    public static Sgd sgd(double learningRate) {
        return new Sgd(learningRate, 0, false);
    }

    /** Adagrad with ε = 1e-10, as in PyTorch; see {@link Adagrad}. */
    public static Adagrad adagrad(double learningRate) {
        return new Adagrad(learningRate, 1e-10);
    }

    /** Adadelta with ρ = 0.95 and ε = 1e-6, as in its paper, where the learning rate is always 1; see {@link Adadelta}. */
    public static Adadelta adadelta() {
        return adadelta(1);
    }

    /** As {@link #adadelta()}, its steps multiplied by a learning rate. */
    public static Adadelta adadelta(double learningRate) {
        return new Adadelta(learningRate, 0.95, 1e-6);
    }

    /** RMSprop with ρ = 0.9, as in its source, and ε = 1e-8, as in PyTorch; see {@link Rmsprop}. */
    public static Rmsprop rmsprop(double learningRate) {
        return new Rmsprop(learningRate, 0.9, 1e-8);
    }

    /** Adam with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8, as in its paper; see {@link Adam}. */
    public static Adam adam(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8);
    }

    /** Adam with decoupled weight decay λ = 0.01, as in PyTorch, the rest as in {@link #adam}; see {@link AdamW}. */
    public static AdamW adamw(double learningRate) {
        return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0.01);
    }

    static void requirePositive(String optimizer, String what, double value) {
        Check.that(value > 0 && Double.isFinite(value), "%s: the %s must be positive, got %s", optimizer, what, value);
    }

    /** An ε as it is in an element type, which may have to round it. */
    static double epsilon(String optimizer, double epsilon, DType dtype) {
        double rounded = dtype == DType.FLOAT32 ? (float) epsilon : epsilon;
        Check.that(
                rounded > 0 && Double.isFinite(rounded),
                "%s: the epsilon must be a positive number in %s, but %s is %s there",
                optimizer,
                dtype,
                epsilon,
                rounded);
        return epsilon;
    }

    /** Requires the weight of what is remembered in a running average or sum. */
    static void requireFraction(String optimizer, String what, double value) {
        Check.that(
                value >= 0 && value < 1,
                "%s: the %s must be at least 0 and less than 1, got %s",
                optimizer,
                what,
                value);
    }
}

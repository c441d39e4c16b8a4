package rewind.nn;

import rewind.nn.optimize.Adadelta;
import rewind.nn.optimize.Adagrad;
import rewind.nn.optimize.Adam;
import rewind.nn.optimize.AdamW;
import rewind.nn.optimize.Rmsprop;
import rewind.nn.optimize.Sgd;

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
}

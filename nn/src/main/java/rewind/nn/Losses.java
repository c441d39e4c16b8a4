package rewind.nn;

import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.loss.BinaryCrossEntropy;
import rewind.nn.loss.CategoricalCrossEntropy;
import rewind.nn.loss.ErrorLoss;
import rewind.nn.loss.Loss;
import rewind.nn.loss.MeanSquaredLogarithmicError;

/**
 * The usual losses, for static import. Y is the target, A the output, n the number of outputs per sample. All throw {@link
 * IllegalArgumentException} if the target does not have the shape of the output.
 */
public final class Losses {
    private Losses() {}

    /** Mean squared error, Σ(Y − A)²/n per sample. */
    public static Loss meanSquaredError() {
        return new ErrorLoss("meanSquaredError", Tensor::square);
    }

    /** Mean absolute error, Σ|Y − A|/n per sample; its derivative is 0 at equality. */
    public static Loss meanAbsoluteError() {
        return new ErrorLoss("meanAbsoluteError", Tensor::abs);
    }

    /** Mean squared logarithmic error, Σ(ln(1 + Y) − ln(1 + A))²/n per sample; for targets and outputs above −1. */
    public static Loss meanSquaredLogarithmicError() {
        return new MeanSquaredLogarithmicError();
    }

    /**
     * Huber loss, the mean over the outputs of (Y − A)²/2 where |Y − A| ≤ δ, else δ(|Y − A| − δ/2). Source: Huber, Annals of Mathematical
     * Statistics 35, 1964.
     *
     * @throws IllegalArgumentException if δ is not positive
     */
    public static Loss huber(double delta) {
        Check.that(delta > 0, "huber: delta must be positive, got %s", delta);
        return new ErrorLoss("huber(" + delta + ")", difference -> {
            Tensor near =
                    difference.clamp(-delta, delta); // near (difference − ½ near) is all branches at once, smooth at 0
            return difference.sub(near.mul(0.5)).mul(near);
        });
    }

    /**
     * Categorical cross-entropy, −Σ Y ln A over the last axis, averaged over any axes between (a sequence of outputs); A are
     * probabilities. Terms with Y = 0 count as 0. In training, targets must be probabilities of two classes or more that sum to 1.
     */
    public static Loss categoricalCrossEntropy() {
        return new CategoricalCrossEntropy("categoricalCrossEntropy", 0);
    }

    /**
     * Categorical cross-entropy that looks less at what is nearly right, −Σ Y (1 − A)^γ ln A, otherwise as {@link
     * #categoricalCrossEntropy}, which it is for γ = 0. Its weights of classes are those of {@link Loss#weighted}. Source: Lin, Goyal,
     * Girshick, He and Dollár, ICCV 2017, equation 4.
     *
     * @param gamma γ; 2 in the paper
     * @throws IllegalArgumentException if γ is negative or not finite
     */
    public static Loss categoricalFocalCrossEntropy(double gamma) {
        return new CategoricalCrossEntropy(focal("categoricalFocalCrossEntropy", gamma), gamma);
    }

    /**
     * Binary cross-entropy, −Σ[Y ln A + (1 − Y) ln(1 − A)]/n; A are probabilities. Terms with a factor 0 count as 0. In training, targets
     * must be from 0 to 1.
     */
    public static Loss binaryCrossEntropy() {
        return new BinaryCrossEntropy("binaryCrossEntropy", 0);
    }

    /**
     * Binary cross-entropy that looks less at what is nearly right, −Σ[Y (1 − A)^γ ln A + (1 − Y) A^γ ln(1 − A)]/n, otherwise as {@link
     * #binaryCrossEntropy}, which it is for γ = 0. Source: as {@link #categoricalFocalCrossEntropy}.
     *
     * @param gamma γ; 2 in the paper
     * @throws IllegalArgumentException if γ is negative or not finite
     */
    public static Loss binaryFocalCrossEntropy(double gamma) {
        return new BinaryCrossEntropy(focal("binaryFocalCrossEntropy", gamma), gamma);
    }

    private static String focal(String name, double gamma) {
        Check.that(
                gamma >= 0 && Double.isFinite(gamma), "%s: gamma must be finite and not negative, got %s", name, gamma);
        return name + "(" + gamma + ")";
    }
}

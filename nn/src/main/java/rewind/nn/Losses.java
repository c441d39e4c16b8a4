package rewind.nn;

import java.util.Arrays;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.loss.BinaryCrossEntropy;
import rewind.nn.loss.CategoricalCrossEntropy;
import rewind.nn.loss.ColumnsLoss;
import rewind.nn.loss.ConnectionistTemporal;
import rewind.nn.loss.ErrorLoss;
import rewind.nn.loss.KullbackLeibler;
import rewind.nn.loss.Loss;
import rewind.nn.loss.MeanSquaredLogarithmicError;
import rewind.nn.loss.PoissonLikelihood;

/**
 * The usual losses, for static import. Y is the target, A the output, n the number of outputs per sample. All throw {@link
 * IllegalArgumentException} if the target does not have the shape of the output, or the other shape that they tell.
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

    /**
     * Kullback-Leibler divergence, Σ Y ln(Y/A) over the last axis, averaged over any axes between: {@link #categoricalCrossEntropy} less the
     * entropy of the targets, so 0 where A = Y. Terms with Y = 0 count as 0.
     */
    public static Loss kullbackLeibler() {
        return new KullbackLeibler();
    }

    /**
     * The loss whose minimum is a quantile, the mean over the outputs of q(Y − A) where Y ≥ A, else (1 − q)(A − Y); at equality its derivative
     * is the mean of both. Source: Koenker and Bassett, Econometrica 46(1), 1978.
     *
     * @param quantiles q, each between 0 and 1; outputs have as many columns for each one of the targets, quantile by quantile
     * @throws IllegalArgumentException if there is none, or one is out of its range
     */
    public static ColumnsLoss quantile(double... quantiles) {
        double[] q = quantiles.clone();
        Check.that(
                q.length > 0 && Arrays.stream(q).allMatch(each -> each > 0 && each < 1),
                "quantile: quantiles must be between 0 and 1, got %s",
                Arrays.toString(q));
        return new ColumnsLoss("quantile(" + Arrays.toString(q) + ")", q.length, (output, target) -> {
            Tensor column = Tensor.of(q).to(output.dtype()).expandDims(1);
            Tensor difference = target.sub(output);
            return difference.mul(column).maximum(difference.mul(column.sub(1)));
        });
    }

    /**
     * −ln of the density of a normal distribution of which the model gives μ and ln σ, ln σ + ((Y − μ)/σ)²/2 + ln(2π)/2, averaged over n:
     * outputs are (batch, …, 2n), the n means before the n logarithms, for targets (batch, …, n).
     */
    public static ColumnsLoss gaussianLikelihood() {
        return new ColumnsLoss(
                "gaussianLikelihood",
                2,
                (output, target) -> logNormal(output.slice(-2, 0, 1), output.slice(-2, 1, 2), target)
                        .neg());
    }

    /**
     * −ln of the density of a mixture of K normal distributions, −ln Σ_k π_k N(Y; μ_k, σ_k²), averaged over n: outputs are (batch, …, 3K·n),
     * for each of the n columns of the targets K scores of which π is the softmax, then K means, then K times ln σ; row by row of these 3K over
     * the n columns. Source: Bishop, Mixture density networks, 1994.
     *
     * @param components K
     * @throws IllegalArgumentException if not positive
     */
    public static ColumnsLoss gaussianMixtureLikelihood(int components) {
        Check.that(components > 0, "gaussianMixtureLikelihood: there must be a component, got %s", components);
        int k = components;
        return new ColumnsLoss("gaussianMixtureLikelihood(" + k + ")", 3 * k, (output, target) -> {
            Tensor weights = output.slice(-2, 0, k).logSoftmax(-2);
            Tensor densities = logNormal(output.slice(-2, k, 2 * k), output.slice(-2, 2 * k, 3 * k), target);
            return weights.add(densities).logSumExp(-2).neg();
        });
    }

    /** ln N(y; μ, σ²). */
    private static Tensor logNormal(Tensor mean, Tensor logDeviation, Tensor y) {
        Tensor standard = y.sub(mean).mul(logDeviation.neg().exp());
        return standard.square().mul(-0.5).sub(logDeviation).sub(0.5 * StrictMath.log(2 * Math.PI));
    }

    /**
     * −ln of the probability of a count under a Poisson distribution of which the model gives the logarithm of the rate, Σ[e^A − Y·A + ln Y!]/n. In
     * training, targets must not be negative.
     */
    public static Loss poissonLikelihood() {
        return new PoissonLikelihood();
    }

    /**
     * Connectionist temporal classification: labels of which nobody knows the steps. See {@link ConnectionistTemporal} for shapes.
     *
     * @param blank the class that stands for no label
     * @throws IllegalArgumentException if it is negative
     */
    public static ConnectionistTemporal ctc(int blank) {
        return new ConnectionistTemporal(blank);
    }

    private static String focal(String name, double gamma) {
        Check.that(
                gamma >= 0 && Double.isFinite(gamma), "%s: gamma must be finite and not negative, got %s", name, gamma);
        return name + "(" + gamma + ")";
    }
}

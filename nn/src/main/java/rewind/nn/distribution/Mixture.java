package rewind.nn.distribution;

import rewind.autograd.Tensor;

/**
 * A mixture of distributions, Σ_k w_k p_k.
 *
 * @param weights of the components, their logits (…, K)
 * @param components one for each of the weights: parameters (…, K), with the axes of one value behind them
 */
public record Mixture(Categorical weights, Distribution components) implements Distribution {
    @Override
    public int axes() {
        return components.axes();
    }

    /** Returns ln Σ_k w_k p_k(x), without overflow. */
    @Override
    public Tensor logDensity(Tensor x) {
        Tensor each = components.logDensity(x.expandDims(-1 - axes()));
        return weights.logProbabilities().add(each).logSumExp(-1);
    }

    /** Draws from the component that the weights draw: gradients flow to parameters of the components where theirs do, not to weights. */
    @Override
    public Tensor sample(Source source) {
        int number = weights.logits().size(-1);
        Tensor chosen =
                weights.sample(source).oneHot(number).to(weights.logits().dtype());
        for (int i = 0; i < axes(); i++) {
            chosen = chosen.expandDims(-1);
        }
        return components.sample(source).maskedBy(chosen).sum(-1 - axes());
    }
}

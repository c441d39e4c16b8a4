package rewind.nn.distribution;

import java.util.function.Function;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Pass;

/**
 * A distribution with tensors as parameters, one for each of their elements, of which the shape is called {@code …} here: as many draws as are
 * wanted come of parameters that are broadcast to as many. Gradients flow through densities to parameters and values, and through draws to
 * parameters where that can be.
 *
 * <pre>{@code
 * Normal posterior = new Normal(mean, logDeviation.exp());
 * Tensor z = posterior.sample(scope.pass());                                          // in a layer: drawn anew in every replay
 * Tensor divergence = posterior.divergence(new Normal(Tensor.of(0), Tensor.of(1))).sum(-1);
 * }</pre>
 */
public interface Distribution {
    /**
     * Returns the logarithm of the density at a value, or of the probability where values are discrete.
     *
     * @param x (…), or with the axes of one value behind them
     * @return (…)
     */
    Tensor logDensity(Tensor x);

    /** Draws a value for each of its parameters' elements, with all that is random from a source. */
    Tensor sample(Source source);

    /** Draws by a generator; what is random is drawn anew in every run of a {@link rewind.autograd.program.Program}. */
    default Tensor sample(RandomGenerator rng) {
        return sample((beside, distribution, drawn) -> beside.draw(distribution, rng, drawn));
    }

    /**
     * Draws in a training pass, as {@link Pass#draw}: for layers.
     *
     * @throws IllegalStateException in an inference pass, which must not be random
     */
    default Tensor sample(Pass pass) {
        return sample(pass::draw);
    }

    /** How many axes one value has. */
    default int axes() {
        return 0;
    }

    /** What random tensors come from, see {@link Tensor#draw}. */
    @FunctionalInterface
    interface Source {
        /** Returns what the function draws. */
        Tensor draw(Tensor beside, String distribution, Function<RandomGenerator, Tensor> drawn);
    }
}

package rewind.nn.optimize;

import java.util.function.Function;
import rewind.autograd.Tensor;
import rewind.nn.layer.Parameters;

/**
 * What finds the parameters for which a loss is least. Standard ones are in {@link rewind.nn.Optimizers}: {@code lbfgs()}, rules of single
 * updates such as {@code adam(0.01).updates(2000)}, and those of Apache Commons Math.
 *
 * <pre>{@code
 * Minimum fit = lbfgs().minimize(p -> x.matmul(p.get("w")).add(p.get("b")).sub(y).square().mean(), start);
 * Tensor w = fit.parameters().get("w");
 * }</pre>
 */
@FunctionalInterface
public interface Minimizer {
    /**
     * Returns the parameters of the least loss that was found.
     *
     * @param loss a function of parameters with one element as its result. It is recorded once and replayed, as in {@link
     *     rewind.autograd.replay.Compiled}, which tells what it may do
     * @param start the first parameters; they decide names, shapes and element types
     * @throws IllegalArgumentException if the loss has more elements, or there are no parameters
     * @throws ArithmeticException if the loss of the first parameters, or its gradient, is not finite
     */
    Minimum minimize(Function<Parameters, Tensor> loss, Parameters start);
}

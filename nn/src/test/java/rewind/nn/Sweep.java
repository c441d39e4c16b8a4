package rewind.nn;

import java.util.HashMap;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.DType;
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;

/**
 * A model applied once, and the gradients of ⟨dA, output⟩ + Σ ⟨dLast, last state⟩: what formulas and recorded values are compared with.
 *
 * @param A the output
 * @param last the state in which each recurrent layer ended
 * @param dX the gradient of the input
 * @param d the gradients of the parameters
 * @param dFirst the gradients of the given first states
 */
record Sweep(Tensor A, Map<String, Object> last, Tensor dX, Parameters d, Map<String, Object> dFirst) {
    /** From zero states, and with the output alone. */
    static Sweep of(Model model, Tensor X, Tensor dA) {
        return of(model, X, Map.of(), dA, Map.of());
    }

    /**
     * @param first per recurrent layer the state in which it starts
     * @param dLast per recurrent layer the gradient arriving at the state in which it ends
     */
    static Sweep of(Model model, Tensor X, Map<String, ?> first, Tensor dA, Map<String, ?> dLast) {
        Tape tape = new Tape();
        Tensor x = tape.watch(X);
        Parameters parameters = model.parameters().watchedBy(tape);
        Map<String, Object> starts = new HashMap<>();
        Pass pass = Pass.inference();
        for (Map.Entry<String, ?> layer : first.entrySet()) {
            Object start = States.map((Object) layer.getValue(), tape::watch);
            starts.put(layer.getKey(), start);
            pass = pass.from(layer.getKey(), start);
        }
        Tensor A = model.forward(parameters, x, pass);
        Tensor result = product(A, dA);
        for (Map.Entry<String, ?> layer : dLast.entrySet()) {
            result = result.add(product(pass.lastStates().get(layer.getKey()), layer.getValue()));
        }
        Gradients gradients = tape.backward(result);
        starts.replaceAll((layer, start) -> States.map(start, gradients::of));
        return new Sweep(A, pass.lastStates(), gradients.of(x), parameters.in(gradients), starts);
    }

    /**
     * Draws all parameters, biases too, from N(0, 0.64/(e + u)): values before activations are then near 1, and gates without a bound
     * do not overflow.
     */
    static void draw(Model model, Sizes n, RandomGenerator rng) {
        double deviation = 0.8 / Math.sqrt(n.e() + n.u());
        model.set(model.parameters()
                .map((name, p) -> Tensor.randn(rng, p.shape().toArray()).mul(deviation)));
    }

    private static Tensor product(Object state, Object d) {
        Tensor[] sum = {Tensor.of(0.0)};
        Object products = States.zip(state, d, (value, gradient) -> value.mul(gradient.to(value.dtype())));
        States.map(products, product -> sum[0] = sum[0].add(product.sum().to(DType.FLOAT64)));
        return sum[0];
    }
}

package rewind.benchmarks.gradbench;

import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Tensor;

/** {@code llsq}: a polynomial fitted to the sign function. */
final class LeastSquares {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "primal",
                    input -> {
                        Tensor t = points(input);
                        return Evaluation.ofValue(in -> error(in.get(0), t), input.tensor("x"));
                    },
            "gradient",
                    input -> {
                        Tensor t = points(input);
                        return Evaluation.ofGradient(in -> error(in.get(0), t), input.tensor("x"));
                    });

    private LeastSquares() {}

    /** Returns n points from −1 to 1. */
    private static Tensor points(Input input) {
        int n = input.integer("n");
        return Tensor.arange(n).mul(2).div(n - 1).sub(1);
    }

    /** Returns ½ Σ_i (sign t_i − Σ_j x_j t_i^j)², the polynomial by Horner's rule. */
    private static Tensor error(Tensor x, Tensor t) {
        Tensor sum = x.select(0, -1).broadcastTo(t.shape());
        for (int j = x.size() - 2; j >= 0; j--) {
            sum = sum.mul(t).add(x.select(0, j));
        }
        return t.sign().sub(sum).square().sum().div(2);
    }
}

package rewind.benchmarks.gradbench;

import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Tensor;

/** {@code ode}: y_i' = x_i·y_{i−1}, with y_{−1} = 1, from 0 to 2 by the classical method of Runge and Kutta. */
final class RungeKutta {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "primal",
                    input -> {
                        int steps = input.integer("s");
                        return Evaluation.ofValue(in -> solve(in.get(0), steps), input.tensor("x"));
                    },
            "gradient",
                    input -> {
                        int steps = input.integer("s");
                        return Evaluation.ofGradient(
                                in -> solve(in.get(0), steps).select(0, -1), input.tensor("x"));
                    });

    private RungeKutta() {}

    private static Tensor solve(Tensor x, int steps) {
        double h = 2.0 / steps;
        Tensor y = Tensor.zeros(x.size());
        for (int i = 0; i < steps; i++) {
            Tensor k1 = slope(x, y);
            Tensor k2 = slope(x, y.add(k1.mul(h / 2)));
            Tensor k3 = slope(x, y.add(k2.mul(h / 2)));
            Tensor k4 = slope(x, y.add(k3.mul(h)));
            y = y.add(k1.add(k2.add(k3).mul(2)).add(k4).mul(h / 6));
        }
        return y;
    }

    private static Tensor slope(Tensor x, Tensor y) {
        return x.mul(Tensor.concat(0, Tensor.ones(1), y.slice(0, 0, -1)));
    }
}

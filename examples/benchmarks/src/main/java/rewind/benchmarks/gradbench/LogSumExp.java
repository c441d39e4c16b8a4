package rewind.benchmarks.gradbench;

import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Tensor;

/** {@code lse}: log Σ exp x, of its parts. */
final class LogSumExp {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "primal", input -> Evaluation.ofValue(in -> logSumExp(in.get(0)), input.tensor("x")),
            "gradient", input -> Evaluation.ofGradient(in -> logSumExp(in.get(0)), input.tensor("x")));

    private LogSumExp() {}

    /** Returns max x + log Σ exp(x − max x). */
    private static Tensor logSumExp(Tensor x) {
        Tensor greatest = x.max();
        return x.sub(greatest).exp().sum().log().add(greatest);
    }
}

package rewind.benchmarks.gradbench;

import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;

/** {@code hello}: x² and its derivative. */
final class Hello {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "square", input -> Evaluation.of(input.tensor()::square),
            "double", input -> Evaluation.of(() -> Grad.gradient(Tensor::square, input.tensor())));

    private Hello() {}
}

package rewind.benchmarks.gradbench;

import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Tensor;
import rewind.benchmarks.gradbench.Descent.Mode;

/** {@code saddle}: min over x of max over y of |x|² − |y|²; the gradient of the maximum is that of the way to it. */
final class Saddle {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Descent.functions("start", Saddle::find);

    private Saddle() {}

    private static Tensor find(Tensor start, Mode outer, Mode inner) {
        Tensor x = Descent.argmin(p -> height(p, highest(p, start, inner)), start, outer);
        return Tensor.concat(0, x, highest(x, start, inner));
    }

    private static Tensor highest(Tensor x, Tensor start, Mode mode) {
        return Descent.argmax(y -> height(x, y), start, mode);
    }

    private static Tensor height(Tensor x, Tensor y) {
        return x.square().sum().sub(y.square().sum());
    }
}

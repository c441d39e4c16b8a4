package rewind.benchmarks.gradbench;

import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;

/** Gradient descent with a rate that doubles after ten steps down and halves after one that is not, in either mode of differentiation. */
final class Descent {
    /** How short a gradient or a step is the last one; also the first rate. */
    private static final double CLOSE = 1e-5;

    private Descent() {}

    /** How a gradient is computed. Either can be differentiated again in either. */
    interface Mode {
        Mode REVERSE = Grad::gradient;
        /** One direction after another. */
        Mode FORWARD = (f, x) -> {
            int[] sizes = x.shape().toArray();
            return Tensor.stack(
                            0,
                            Tensor.eye(x.size()).unstack(0).stream()
                                    .map(direction -> Grad.jvp(f, x, direction.reshape(sizes)))
                                    .toList())
                    .reshape(sizes);
        };

        /** Returns ∂f/∂x at x, of x's shape; f must have one element. */
        Tensor gradient(UnaryOperator<Tensor> f, Tensor x);
    }

    /** What is to be found, from a start. */
    interface Search {
        Tensor from(Tensor start, Mode outer, Mode inner);
    }

    /** Returns the four functions of an eval, {@code ff} to {@code rr}: the mode of the outer derivative, and that of the inner one. */
    static Map<String, Function<Input, Evaluation<?>>> functions(String start, Search search) {
        return Map.of(
                "ff", in(start, search, Mode.FORWARD, Mode.FORWARD),
                "fr", in(start, search, Mode.FORWARD, Mode.REVERSE),
                "rf", in(start, search, Mode.REVERSE, Mode.FORWARD),
                "rr", in(start, search, Mode.REVERSE, Mode.REVERSE));
    }

    private static Function<Input, Evaluation<?>> in(String start, Search search, Mode outer, Mode inner) {
        return input -> {
            Tensor from = input.tensor(start);
            return Evaluation.of(() -> search.from(from, outer, inner));
        };
    }

    /** Returns where f is smallest; the way there can be differentiated. */
    static Tensor argmin(UnaryOperator<Tensor> f, Tensor start, Mode mode) {
        Tensor x = start;
        double value = f.apply(x).toDouble();
        Tensor gradient = mode.gradient(f, x);
        double rate = CLOSE;
        int stepsDown = 0;
        while (length(gradient) > CLOSE) {
            if (stepsDown == 10) {
                rate *= 2;
                stepsDown = 0;
            }
            Tensor next = x.sub(gradient.mul(rate));
            if (rate * length(gradient) <= CLOSE) {
                return x;
            }
            double there = f.apply(next).toDouble();
            if (there < value) {
                x = next;
                value = there;
                gradient = mode.gradient(f, x);
                stepsDown++;
            } else {
                rate /= 2;
                stepsDown = 0;
            }
        }
        return x;
    }

    /** Returns where f is greatest, likewise. */
    static Tensor argmax(UnaryOperator<Tensor> f, Tensor start, Mode mode) {
        return argmin(x -> f.apply(x).neg(), start, mode);
    }

    private static double length(Tensor x) {
        double[] elements = x.toArray();
        return Math.sqrt(IntStream.range(0, elements.length)
                .mapToDouble(i -> elements[i] * elements[i])
                .sum());
    }
}

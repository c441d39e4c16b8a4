package rewind.benchmarks.gradbench;

import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Tensor;
import rewind.benchmarks.gradbench.Descent.Mode;

/** {@code particle}: where to put a charge, so that a particle that falls through the field of two meets the axis at the origin. */
final class Particle {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS =
            Descent.functions("w", (start, outer, inner) -> Descent.argmin(w -> distance(w, inner), start, outer));

    private static final double STEP = 0.1;
    private static final Tensor CHARGES = Tensor.of(new double[][] {{10, 10}, {10, 0}});
    private static final Tensor MOVED = Tensor.of(new double[][] {{0, 1}, {0, 0}});

    private Particle() {}

    /** Returns the square of where the particle meets the axis, if the first charge is w lower: Euler's method, and a line for the rest. */
    private static Tensor distance(Tensor w, Mode mode) {
        Tensor charges = CHARGES.sub(MOVED.mul(w));
        Tensor x = Tensor.of(0, 8);
        Tensor speed = Tensor.of(0.75, 0);
        while (true) {
            Tensor force = mode.gradient(at -> potential(charges, at), x).neg();
            x = x.add(speed.mul(STEP));
            if (x.get(1) <= 0) {
                Tensor rest = x.select(0, 1).neg().div(speed.select(0, 1));
                return x.add(speed.mul(rest)).select(0, 0).square();
            }
            speed = speed.add(force.mul(STEP));
        }
    }

    /** Returns Σ 1/|charge − x|. */
    private static Tensor potential(Tensor charges, Tensor x) {
        return charges.sub(x).square().sum(1).pow(-0.5).sum();
    }
}

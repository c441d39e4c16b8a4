package rewind.autograd;

import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;

/** Products x ⊙ gate(x) whose gate is 0 or 1 to the last digit for |x| &ge; {@value #FAR}, so that they have limits at ±∞. */
final class Gate {
    private static final double FAR = 1000;

    private Gate() {}

    /** Returns x ⊙ gate(x). In the pullback of the gate a far factor stands for infinite ones: ∞·0 would be NaN. */
    static Tensor product(String name, Tensor x, Tensor gate) {
        return Op.compute(
                name,
                x.shape(),
                (k, in, out) -> Loops.run(Kernels::masked, in[1], in[0], out),
                new Tensor[] {x, gate},
                y -> dy -> dy.maskedBy(gate),
                y -> dy -> dy.mul(near(x)));
    }

    /** Returns x, or the nearest number at which gates do not change any more. */
    static Tensor near(Tensor x) {
        return x.clamp(-FAR, FAR);
    }
}

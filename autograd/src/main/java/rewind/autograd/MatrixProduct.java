package rewind.autograd;

import java.util.Map;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.MatrixProducts;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.memory.InPlace;

/**
 * The product op(a)·op(b) of every pair of matrices in the last two axes, op transposing them where told. The leading axes broadcast;
 * the result has those of {@code batch}, over the others the products are summed. So defined, the pullbacks of a product are products
 * of the same kind: for z = a·b they are da = dz·bᵀ and db = aᵀ·dz, and for a transposed a, da = (dz·bᵀ)ᵀ = b·dzᵀ.
 */
record MatrixProduct(boolean ta, boolean tb) implements TensorOperation.Computed {
    static Tensor of(Tensor a, boolean ta, Tensor b, boolean tb, Shape batch) {
        Shape shape = batch.followedBy(Shape.of(a.size(ta ? -1 : -2), b.size(tb ? -2 : -1)));
        Shape ofA = a.shape().beforeMatrix();
        Shape ofB = b.shape().beforeMatrix();
        return Op.compute(
                new MatrixProduct(ta, tb),
                shape,
                new Tensor[] {a, b},
                z -> dz -> ta ? of(b, tb, dz, true, ofA) : of(dz, false, b, !tb, ofA),
                z -> dz -> tb ? of(dz, true, a, ta, ofB) : of(a, !ta, dz, false, ofB));
    }

    @Override
    public String name() {
        return "matmul";
    }

    @Override
    public Map<String, Object> attributes() {
        return Map.of("transposedLeft", ta, "transposedRight", tb);
    }

    @Override
    public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
        MatrixProducts.multiply(in[0], ta, in[1], tb, out, false);
    }

    @Override
    public Pullback pullback(int operand, Rule rule, Tensor[] operands, Tensor z) {
        InPlace form = operand == 0
                ? new InPlace.MatrixProduct(ta, ta == tb, ta)
                : new InPlace.MatrixProduct(!tb, tb == ta, tb);
        return new InPlacePullback(rule.of(z), form, operands[1 - operand]);
    }
}

package rewind.autograd;

import rewind.autograd.kernel.Kernels;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Sweep;

/**
 * The product op(a)·op(b) of every pair of matrices in the last two axes, op transposing them where told. The leading axes broadcast;
 * the result has those of {@code batch}, over the others the products are summed. So defined, the pullbacks of a product are products
 * of the same kind. As a pullback, {@code dy} stands in the place of the factor that is null.
 */
record MatrixProduct(Tensor a, boolean ta, Tensor b, boolean tb, Shape batch) implements Accumulating {
    /** op(a)·op(b) as an operation. */
    static Tensor of(Tensor a, boolean ta, Tensor b, boolean tb, Shape batch) {
        Op.Forward kernel = (k, in, out) -> multiply(k, in[0], ta, in[1], tb, out, false);
        Shape shape = batch.followedBy(Shape.of(a.size(ta ? -1 : -2), b.size(tb ? -2 : -1)));
        return Op.compute("matmul", shape, kernel, new Tensor[] {a, b}, ofLeft(a, ta, b, tb), ofRight(a, ta, b, tb));
    }

    /** z + op(a)·op(b) as an operation. */
    static Tensor added(Tensor z, Tensor a, Tensor b, Shape shape) {
        Selection repeated = new Selection.Block(z.shape(), 0, z.shape().stridesIn(shape), shape);
        Op.Forward kernel = (k, in, out) -> {
            if (in[0].size() == out.size()) {
                k.copy(in[0].data, in[0].offset, out.data, out.offset, out.size());
            } else {
                repeated.takeFrom(k, in[0], out);
            }
            multiply(k, in[1], false, in[2], false, out, true);
        };
        Rule ofTerm = y -> dy -> dy;
        Tensor[] inputs = {z, a, b};
        return Op.compute(
                "addMatmul", shape, kernel, inputs, ofTerm, ofLeft(a, false, b, false), ofRight(a, false, b, false));
    }

    private static Rule ofLeft(Tensor a, boolean ta, Tensor b, boolean tb) {
        return c -> ta
                ? new MatrixProduct(b, tb, null, true, leading(a))
                : new MatrixProduct(null, false, b, !tb, leading(a));
    }

    private static Rule ofRight(Tensor a, boolean ta, Tensor b, boolean tb) {
        return c -> tb
                ? new MatrixProduct(null, true, a, ta, leading(b))
                : new MatrixProduct(a, !ta, null, false, leading(b));
    }

    @Override
    public Tensor apply(Tensor dy) {
        return of(left(dy), ta, right(dy), tb, batch);
    }

    @Override
    public boolean isConstant(Tensor dy) {
        return !left(dy).isRecorded() && !right(dy).isRecorded();
    }

    @Override
    public void write(Tensor dy, Tensor target) {
        multiply(target.kernels(), left(dy), ta, right(dy), tb, target, false);
    }

    @Override
    public void add(Tensor dy, Tensor target) {
        multiply(target.kernels(), left(dy), ta, right(dy), tb, target, true);
    }

    /** Products for a weight's gradient wait for those of other steps. */
    @Override
    public boolean addTo(Entry<Tensor> operand, Tensor dy, Sweep<Tensor> sweep) {
        if (!WaitingProducts.accepts(this, dy) || sweep.isObserved() || !isConstant(dy)) {
            return Accumulating.super.addTo(operand, dy, sweep);
        }
        Cotangent sum = (Cotangent) sweep.at(operand);
        if (!sum.isConstant()) {
            return false;
        }
        sum.addLater(this, dy);
        return true;
    }

    private Tensor left(Tensor dy) {
        return a == null ? dy : a;
    }

    private Tensor right(Tensor dy) {
        return b == null ? dy : b;
    }

    /** c = op(a)·op(b), or c += op(a)·op(b). */
    private static void multiply(
            Kernels<Object> kernels, Tensor a, boolean ta, Tensor b, boolean tb, Tensor c, boolean accumulate) {
        Shape as = leading(a);
        Shape bs = leading(b);
        Shape cs = leading(c);
        int m = c.size(-2);
        int n = c.size(-1);
        int k = a.size(ta ? -2 : -1);
        if (!ta && bs.size() == 1 && as.equals(cs)) { // many matrices times one: a single product of all their rows
            m *= as.size();
            as = Shape.SCALAR;
            bs = Shape.SCALAR;
            cs = Shape.SCALAR;
        } else if (ta && !tb && cs.size() == 1 && as.equals(bs)) { // a sum of products: one of all their rows
            k *= as.size();
            as = Shape.SCALAR;
            bs = Shape.SCALAR;
            cs = Shape.SCALAR;
        }
        Shape all = Shape.common(Shape.common(as, bs), cs);
        if (all.size() == 0 && !accumulate) {
            kernels.fill(0, c.data, c.offset, c.size());
            return;
        }
        int[] ao = positions(a.offset, as, all, m * k);
        int[] co = positions(c.offset, cs, all, m * n);
        Packed packed = kernels.packs(m, n, k, tb) ? b.packed(tb) : null;
        if (packed == null) {
            int[] bo = positions(b.offset, bs, all, k * n);
            kernels.matmul(a.data, ao, ta, b.data, bo, tb, c.data, co, accumulate, m, n, k);
        } else {
            int[] bo = positions(0, bs, all, kernels.packedLength(n, k));
            kernels.matmulPacked(a.data, ao, ta, packed.array(), bo, c.data, co, accumulate, m, n, k);
        }
    }

    /** Where the matrices of a tensor stand, one for every matrix of a batch. */
    static int[] positions(Tensor matrices, Shape batch) {
        return positions(matrices.offset, leading(matrices), batch, matrices.size(-2) * matrices.size(-1));
    }

    private static int[] positions(int offset, Shape of, Shape all, int step) {
        int[] positions = of.positionsIn(all);
        for (int i = 0; i < positions.length; i++) {
            positions[i] = offset + positions[i] * step;
        }
        return positions;
    }

    static Shape leading(Tensor matrices) {
        return matrices.shape().beforeMatrix();
    }
}

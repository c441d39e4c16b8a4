package rewind.autograd;

import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.MatrixProducts;
import rewind.autograd.buffer.Selection;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Sweep;

/**
 * The product op(a)·op(b) of every pair of matrices in the last two axes, op transposing them where told. The leading axes broadcast;
 * the result has those of {@code batch}, over the others the products are summed. So defined, the pullbacks of a product are products
 * of the same kind: for z = a·b they are da = dz·bᵀ and db = aᵀ·dz.
 */
final class MatrixProduct {
    private MatrixProduct() {}

    /** op(a)·op(b) as an operation. */
    static Tensor of(Tensor a, boolean ta, Tensor b, boolean tb, Shape batch) {
        Op.Forward kernel = (k, in, out) -> MatrixProducts.multiply(in[0], ta, in[1], tb, out, false);
        Shape shape = batch.followedBy(Shape.of(a.size(ta ? -1 : -2), b.size(tb ? -2 : -1)));
        return Op.compute("matmul", shape, kernel, new Tensor[] {a, b}, ofLeft(a, ta, b, tb), ofRight(a, ta, b, tb));
    }

    /** z + op(a)·op(b) as an operation. */
    static Tensor added(Tensor z, Tensor a, Tensor b, Shape shape) {
        Selection repeated = new Selection.Block(0, z.shape().stridesIn(shape), shape.sizes());
        Op.Forward kernel = (k, in, out) -> {
            if (in[0].size() == out.size()) {
                k.copy(in[0].data, in[0].offset, out.data, out.offset, out.size());
            } else {
                repeated.takeFrom(in[0], out);
            }
            MatrixProducts.multiply(in[1], false, in[2], false, out, true);
        };
        Rule ofTerm = y -> dy -> dy;
        Tensor[] inputs = {z, a, b};
        return Op.compute(
                "addMatmul", shape, kernel, inputs, ofTerm, ofLeft(a, false, b, false), ofRight(a, false, b, false));
    }

    /** da = dz·op(b)ᵀ; of a transposed a its transpose, op(b)·dzᵀ. */
    private static Rule ofLeft(Tensor a, boolean ta, Tensor b, boolean tb) {
        Shape batch = a.shape().beforeMatrix();
        return z -> ta ? new OnRight(b, tb, true, batch) : new OnLeft(b, !tb, false, batch);
    }

    /** db = op(a)ᵀ·dz; of a transposed b its transpose, dzᵀ·op(a). */
    private static Rule ofRight(Tensor a, boolean ta, Tensor b, boolean tb) {
        Shape batch = b.shape().beforeMatrix();
        return z -> tb ? new OnLeft(a, ta, true, batch) : new OnRight(a, !ta, false, batch);
    }

    /** dz ↦ op(dz)·op(factor). */
    private record OnLeft(Tensor factor, boolean transposed, boolean ofCotangent, Shape batch) implements Accumulating {
        @Override
        public Tensor apply(Tensor dz) {
            return of(dz, ofCotangent, factor, transposed, batch);
        }

        @Override
        public boolean isConstant(Tensor dz) {
            return !factor.isRecorded() && !dz.isRecorded();
        }

        @Override
        public void write(Buffer dz, Buffer target) {
            MatrixProducts.multiply(dz, ofCotangent, factor.buffer, transposed, target, false);
        }

        @Override
        public boolean add(Buffer dz, Buffer target) {
            MatrixProducts.multiply(dz, ofCotangent, factor.buffer, transposed, target, true);
            return true;
        }
    }

    /** dz ↦ op(factor)·op(dz). */
    private record OnRight(Tensor factor, boolean transposed, boolean ofCotangent, Shape batch)
            implements Accumulating {
        @Override
        public Tensor apply(Tensor dz) {
            return of(factor, transposed, dz, ofCotangent, batch);
        }

        @Override
        public boolean isConstant(Tensor dz) {
            return !factor.isRecorded() && !dz.isRecorded();
        }

        @Override
        public void write(Buffer dz, Buffer target) {
            MatrixProducts.multiply(factor.buffer, transposed, dz, ofCotangent, target, false);
        }

        @Override
        public boolean add(Buffer dz, Buffer target) {
            MatrixProducts.multiply(factor.buffer, transposed, dz, ofCotangent, target, true);
            return true;
        }

        /** Products xᵀ·dz for a weight's gradient wait for those of other steps. */
        @Override
        public boolean addTo(Entry<Tensor> operand, Tensor dz, Sweep<Tensor> sweep) {
            if (!mayWait(dz) || sweep.isObserved() || !isConstant(dz)) {
                return Accumulating.super.addTo(operand, dz, sweep);
            }
            Cotangent sum = (Cotangent) sweep.at(operand);
            if (!sum.isConstant()) {
                return false;
            }
            sum.addProduct(factor.buffer, dz.buffer);
            return true;
        }

        /** Whether there is one pair of matrices for every matrix of the gradient. */
        private boolean mayWait(Tensor dz) {
            return transposed
                    && !ofCotangent
                    && dz.shape().beforeMatrix().equals(batch)
                    && factor.shape().beforeMatrix().broadcastsTo(batch);
        }
    }
}

package rewind.autograd.memory;

import java.util.Arrays;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.buffer.MatrixProducts;
import rewind.autograd.buffer.Sizes;
import rewind.autograd.kernel.Kernels;

/**
 * The rule of an operand in place: from what it holds and dy it writes dx into memory that it is given, and may know how to add it to
 * what is there. It must give the bits of the rule that it stands for.
 */
public interface InPlace {
    /** dx = dy ⊙ held. */
    InPlace PRODUCT = new InPlace() {
        @Override
        public void write(Buffer held, Buffer dy, Buffer target) {
            Loops.run(Kernels::mul, dy, held, target);
        }

        @Override
        public boolean add(Buffer held, Buffer dy, Buffer target) {
            Loops.run(Kernels::addMul, target, dy, held, target);
            return true;
        }
    };

    /** target = dx. */
    void write(Buffer held, Buffer dy, Buffer target);

    /** target += dx; returns false, without having done anything, if it cannot. */
    default boolean add(Buffer held, Buffer dy, Buffer target) {
        return false;
    }

    /** Whether dx is heldᵀ·dy for a target of these sizes, so that it may wait for other such products. */
    default boolean isWeightGradient(Buffer held, Buffer dy, int... target) {
        return false;
    }

    /** dx = f(held, dy) for every element; both have the sizes of dx. */
    static InPlace of(Loops.BinaryKernel f) {
        return (held, dy, target) -> Loops.run(f, held, dy, target);
    }

    /** A product of matrices, one of which is dy: op(held)·op(dy), or the other way round. */
    record OfMatrixProduct(boolean heldIsLeft, boolean heldTransposed, boolean cotangentTransposed) implements InPlace {
        @Override
        public void write(Buffer held, Buffer dy, Buffer target) {
            multiply(held, dy, target, false);
        }

        @Override
        public boolean add(Buffer held, Buffer dy, Buffer target) {
            multiply(held, dy, target, true);
            return true;
        }

        private void multiply(Buffer held, Buffer dy, Buffer target, boolean accumulate) {
            if (heldIsLeft) {
                MatrixProducts.multiply(held, heldTransposed, dy, cotangentTransposed, target, accumulate);
            } else {
                MatrixProducts.multiply(dy, cotangentTransposed, held, heldTransposed, target, accumulate);
            }
        }

        /** There must be one pair of matrices for every matrix of the gradient. */
        @Override
        public boolean isWeightGradient(Buffer held, Buffer dy, int... target) {
            int[] batch = Sizes.leading(target);
            return heldIsLeft
                    && heldTransposed
                    && !cotangentTransposed
                    && Arrays.equals(Sizes.leading(dy.sizes()), batch)
                    && Sizes.broadcasts(Sizes.leading(held.sizes()), batch);
        }
    }
}

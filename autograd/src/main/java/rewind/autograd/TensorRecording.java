package rewind.autograd;

import rewind.autograd.TensorOperation.Computed;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.memory.Lender;
import rewind.autograd.memory.TapeMemory;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Recording;
import rewind.autograd.reverse.Space;

/** A recording of tensors, and the memory that its values and its sweeps live in. */
final class TensorRecording extends Recording<Tensor> {
    private final TapeMemory memory;
    /** Stands for the recording where holding it would keep its entries alive. */
    private final Object identity = new Object();
    /** Lends the memory of the sweep that is going on and not recorded; or null. */
    private Lender lender;

    TensorRecording(Workspace workspace, boolean nested) {
        super(nested);
        this.memory = new TapeMemory(workspace == null ? null : workspace.pool());
    }

    static TensorRecording of(Entry<Tensor> entry) {
        return (TensorRecording) entry.recording();
    }

    /** Who lends memory in a sweep over one of the recordings, or null. */
    static Lender lenderOf(Places<Tensor> places) {
        if (places instanceof Entry<Tensor> entry) {
            return of(entry).lender;
        }
        for (Entry<Tensor> entry : places) {
            if (of(entry).lender != null) {
                return of(entry).lender;
            }
        }
        return null;
    }

    TapeMemory memory() {
        return memory;
    }

    Object identity() {
        return identity;
    }

    Lender lender() {
        return lender;
    }

    /** Sets who lends memory in a sweep; returns who did before. */
    Lender lendBy(Lender next) {
        Lender before = lender;
        lender = next;
        return before;
    }

    /** A value as it is in all other recordings, which outlives this one. */
    Tensor withdraw(Tensor x) {
        Buffer left =
                x.buffer().lease() == memory ? x.buffer().kept() : x.buffer().settled();
        Places<Tensor> others = x.places.without(this);
        return left == x.buffer() && others == x.places ? x : new Tensor(left, x.shape(), others);
    }

    @Override
    public boolean close() {
        boolean open = super.close();
        if (open) {
            memory.close();
        }
        return open;
    }

    /**
     * A value that nobody has read, neither a rule: the sum that it was made for may have its memory, as if product and sum were one
     * operation. Whoever reads it later all the same finds it computed again.
     */
    static final class Unread {
        private final Computed operation;
        private final Tensor[] operands;
        private boolean givenUp;
        private Buffer value;

        /** The operation that computed the value, and its operands. */
        Unread(Computed operation, Tensor[] operands) {
            this.operation = operation;
            this.operands = operands;
        }

        boolean isGivenUp() {
            return givenUp;
        }

        /** Gives the memory up; returns whether it was there. */
        boolean giveUp() {
            boolean before = givenUp;
            givenUp = true;
            return !before;
        }

        /** The value, in new memory. */
        synchronized Buffer again(Buffer before) {
            if (value == null) {
                Buffer again = Buffer.of(before.kernels(), before.sizes(), before.size());
                operation.run(before.kernels(), Op.buffers(operands), again);
                value = again.under(before.lease());
            }
            return value;
        }
    }

    /** What an entry knows of its value: shape and dtype. */
    record TensorSpace(Shape shape, DType dtype) implements Space<Tensor> {
        static TensorSpace of(Entry<Tensor> entry) {
            return (TensorSpace) entry.space();
        }

        @Override
        public Tensor plus(Tensor x, Tensor y) {
            return x.add(y);
        }

        /** Undoes broadcasting: sums over the axes along which the operand was repeated. */
        @Override
        public Tensor fit(Tensor dx, String operation, int operand) {
            return dx.shape().equals(shape) ? dx : summed(dx, operation, operand);
        }

        private Tensor summed(Tensor dx, String operation, int operand) {
            Check.that(
                    shape.broadcastsTo(dx.shape()),
                    "%s: the pullback for input %s must give the input's shape %s, got %s",
                    operation,
                    operand,
                    shape,
                    dx.shape());
            return dx.sumTo(shape);
        }
    }
}

package rewind.autograd;

import java.util.Arrays;
import java.util.BitSet;
import rewind.autograd.TensorOperation.Computed;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Places;

/** What a tensor is made of: the memory of its elements, its shape, and where it is recorded. Operations see it, users do not. */
abstract sealed class Stored permits Tensor {
    /** The memory of the elements; they are read by {@link #buffer()}. */
    private final Buffer buffer;
    /** What may become of the memory as long as nobody has read the value, or has become of it; else null. */
    private Unread unread;
    /** Where it is recorded; set once, before anybody else sees the tensor. */
    Places<Tensor> places;

    final Shape shape;

    Stored(Buffer buffer, Shape shape, Places<Tensor> places) {
        this.buffer = buffer;
        this.shape = shape;
        this.places = places;
    }

    /** The elements, which from now on stay where they are. */
    Buffer buffer() {
        Unread of = unread;
        if (of == null) {
            return buffer;
        }
        if (!of.keep(buffer)) {
            of.missed.run();
            return of.again(buffer);
        }
        unread = null;
        return buffer;
    }

    /** The elements for a value above that is computed again, not because somebody wants them. */
    private static Buffer beneath(Stored operand) {
        boolean gone = operand.unread != null && !operand.unread.keep(operand.buffer);
        return gone ? operand.unread.again(operand.buffer) : operand.buffer;
    }

    /** Says that no rule reads the value, so that the first to read it may write over it; unless computing it again would go too deep. */
    void leave(Unread computed) {
        unread = computed == null || computed.depth > Unread.DEEPEST ? null : computed;
    }

    /** Gives the memory of a value that nobody has read to who writes over it; null if somebody has. */
    Buffer giveUp() {
        return unread != null && unread.giveUp(buffer) ? buffer : null;
    }

    /** Elements from a position on, in the same memory: parts can be read, or given up, one by one. */
    Tensor part(int start, Shape ofShape) {
        Tensor part = new Tensor(buffer.part(start, ofShape.sizes(), ofShape.size()), ofShape, Places.none());
        part.leave(unread);
        return part;
    }

    /** The memory of the elements: whose it is, not what is in it. */
    Buffer memory() {
        return buffer;
    }

    /** The same value in the same places, with its elements in another buffer's care. */
    Tensor in(Buffer other) {
        return other == buffer() ? (Tensor) this : new Tensor(other, shape, places);
    }

    /** The value as a constant for as long as its tape is open. */
    Tensor constant() {
        return places.isNone() ? (Tensor) this : new Tensor(buffer(), shape, Places.none());
    }

    Kernels<Object> kernels() {
        return buffer.kernels();
    }

    double elementAt(int position) {
        read("get");
        Buffer elements = buffer();
        return kernels().get(elements.data, elements.offset + position);
    }

    /** Whether it is one number without derivative. Who then reads it does so in a script too, which refuses that. */
    boolean isNumber() {
        boolean varies = buffer.script() == null ? places.isRecorded() : TensorRecording.leads((Tensor) this);
        return shape.rank() == 0 && !varies;
    }

    /** Refuses an axis of more elements than the dtype can number. */
    void requireCountable(String operation, int axis) {
        Tensor x = (Tensor) this;
        Check.that(
                shape.size(axis) <= 2 / x.dtype().epsilon(),
                "%s: %s must be able to count the elements of axis %s of %s; use to(DType)",
                operation,
                x.dtype(),
                axis,
                shape);
    }

    /** Whether somebody is told what is done with it. */
    boolean isObserved() {
        return TensorRecording.isObserved(places);
    }

    /** Refuses values that are gone, and tells who observes the recording that numbers leave it. */
    void read(String by) {
        requireOpen(by);
        if (buffer.script() != null) {
            buffer.script().refuseReading(by);
        }
        for (Entry<Tensor> each : places) {
            if (each.recording().observer() != null) {
                each.recording().observer().read(by, each);
            }
        }
    }

    int firstNonFinite() {
        Buffer elements = buffer();
        return kernels().firstNonFinite(elements.data, elements.offset, shape.size());
    }

    /** Refuses values whose array may hold something else by now. */
    void requireOpen(String op) {
        places.requireOpen(op);
        buffer.requireOpen(op);
    }

    /**
     * A value that nobody has read, neither a rule: whoever computes something from it may have its memory, as if both were one operation.
     * Whoever reads it later all the same finds it computed again, and the tape's workspace takes note of it for the tapes to come.
     */
    static final class Unread {
        /** So many values at most are computed again for one, each from another. */
        private static final int DEEPEST = 64;

        private final int depth;
        private final Computed operation;
        private final Tensor[] operands;
        private final Buffer whole;
        private final Runnable missed;
        /** Whether all elements were given up, or read. */
        private boolean allGivenUp;

        private boolean allKept;
        /** The elements that were given up, or read, where this was not done to all at once; or null. */
        private BitSet givenUp;

        private BitSet kept;
        private Buffer value;

        /**
         * A value with the operation that computed it and its operands.
         *
         * @param missed takes note that the value was read all the same
         */
        Unread(Computed operation, Tensor[] operands, Buffer whole, Runnable missed) {
            this.operation = operation;
            this.operands = operands;
            this.whole = whole;
            this.missed = missed;
            int deepest = 0;
            for (Stored each : operands) {
                deepest = each.unread == null ? deepest : Math.max(deepest, each.unread.depth);
            }
            depth = deepest + 1;
        }

        /** Lets the elements of a part stay where they are; returns false if they are there no more. */
        boolean keep(Buffer part) {
            if (isMarked(part, allGivenUp, givenUp)) {
                return false;
            }
            if (part.size() == whole.size()) {
                allKept = true;
            } else {
                kept = mark(part, kept);
            }
            return true;
        }

        /** Gives the memory of a part up; returns whether nobody needs it. */
        boolean giveUp(Buffer part) {
            if (isMarked(part, allGivenUp, givenUp) || isMarked(part, allKept, kept)) {
                return false;
            }
            if (part.size() == whole.size()) {
                allGivenUp = true;
            } else {
                givenUp = mark(part, givenUp);
            }
            return true;
        }

        private boolean isMarked(Buffer part, boolean all, BitSet some) {
            int from = part.offset - whole.offset;
            int next = some == null ? -1 : some.nextSetBit(from);
            return all || (next >= 0 && next < from + part.size());
        }

        private BitSet mark(Buffer part, BitSet marked) {
            BitSet of = marked == null ? new BitSet(whole.size()) : marked;
            of.set(part.offset - whole.offset, part.offset - whole.offset + part.size());
            return of;
        }

        /** The elements of a part, in new memory. */
        synchronized Buffer again(Buffer part) {
            if (value == null) {
                Buffer again =
                        Buffer.of(whole.kernels(), whole.sizes(), whole.size()).under(whole.lease());
                operation.perform(Arrays.stream(operands).map(Stored::beneath).toArray(Buffer[]::new), again);
                value = again;
            }
            return part.size() == whole.size() && part.sizes() == whole.sizes()
                    ? value
                    : value.part(part.offset - whole.offset, part.sizes(), part.size());
        }
    }
}

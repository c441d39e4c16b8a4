package rewind.autograd;

import rewind.autograd.TensorRecording.Unread;
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
        if (unread == null) {
            return buffer;
        }
        if (unread.isGivenUp()) {
            return unread.again(buffer);
        }
        unread = null;
        return buffer;
    }

    /** Says that no rule reads the value, so that the first to read it may write over it. */
    void leave(Unread computed) {
        unread = computed;
    }

    /** Gives the memory of a value that nobody has read to who writes over it; null if somebody has. */
    Buffer giveUp() {
        return unread != null && unread.giveUp() ? buffer : null;
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
        return kernels().get(buffer().data, buffer.offset + position);
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
        return kernels().firstNonFinite(buffer().data, buffer.offset, shape.size());
    }

    /** Refuses values whose array may hold something else by now. */
    void requireOpen(String op) {
        places.requireOpen(op);
        buffer.requireOpen(op);
    }
}

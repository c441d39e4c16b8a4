package rewind.autograd.memory;

import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Lease;
import rewind.autograd.buffer.Noting;
import rewind.autograd.kernel.Kernels;

/** Arrays whose elements are replaced by others again and again: who wants to keep them gets a copy. */
public final class Renewed implements Lease {
    private int version = 1;

    /** Says that the elements are others from now on. */
    public void renew() {
        version = version == Integer.MAX_VALUE ? 1 : version + 1;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public Buffer keep(Buffer buffer) {
        requireOpen("keep");
        Kernels<Object> kernels = buffer.kernels();
        Buffer copy = Buffer.of(kernels, buffer.sizes(), buffer.size());
        kernels.copy(buffer.data, buffer.offset, copy.data, copy.offset, copy.size());
        return copy;
    }

    @Override
    public boolean isLasting() {
        return true;
    }

    @Override
    public Object take(Kernels<Object> kernels, int length) {
        return kernels.allocate(length);
    }

    /** They are no constant for who notes what is done. */
    @Override
    public void requireOpen(String operation) {
        Noting.refuse(
                "a result of another replay is taken from outside, and changes with its runs: detach it, or make it an input");
    }

    @Override
    public void hold() {}

    @Override
    public void release() {}

    @Override
    public boolean isFree() {
        return false;
    }
}

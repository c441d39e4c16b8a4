package rewind.autograd.buffer;

import rewind.autograd.kernel.Kernels;

/** Who lends a buffer its array, and may take it back. Without a lease an array is ordinary garbage some day. */
public interface Lease {
    /**
     * Refuses what has been taken back.
     *
     * @throws IllegalStateException if the array may hold something else by now
     */
    void requireOpen(String operation);

    /** Returns the elements of one of its buffers for good, excepted from being taken back. */
    Buffer keep(Buffer buffer);

    /** How often the elements have been replaced by others; 0 if they never are. */
    default int version() {
        return 0;
    }

    /** Whether it is lent for longer than a sweep goes on. */
    boolean isLasting();

    /** Another array from the same lender; of a lasting lease. */
    Object take(Kernels<Object> kernels, int length);

    /** Who notes what is done to the array, or null. */
    default Script script() {
        return null;
    }

    /** Takes part in holding the array. */
    void hold();

    /** Ends one holding; after the last one the array is taken back. */
    void release();

    /** Whether there is one holder, and nothing else has come to refer to the array, so that the holder may write into it. */
    boolean isFree();
}

package rewind.autograd;

import java.util.HashMap;
import java.util.Map;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Entry;

/** The result of a reverse sweep: the gradient of one scalar with respect to every watched tensor of a tape. */
public final class Gradients {
    private final Object recording;
    private final Map<Integer, Tensor> byEntry = new HashMap<>();

    Gradients(TensorRecording recording) {
        this.recording = recording.identity();
    }

    void put(Entry<Tensor> entry, Tensor gradient) {
        boolean differentiable = entry.recording().isRecording();
        byEntry.put(
                entry.index(),
                differentiable
                        ? gradient.in(gradient.buffer().settled())
                        : TensorRecording.of(entry).withdraw(gradient));
    }

    /**
     * Returns the gradient with respect to {@code x}, of its shape; zeros if the result does not depend on {@code x}.
     *
     * @param x what {@link Tape#watch} returned
     * @throws IllegalArgumentException if {@code x} was not watched on the tape of this sweep
     */
    public Tensor of(Tensor x) {
        for (Entry<Tensor> entry : x.places) {
            if (entry.isVariable() && TensorRecording.of(entry).identity() == recording) {
                Tensor gradient = byEntry.get(entry.index());
                TensorSpace space = TensorSpace.of(entry);
                return gradient != null ? gradient : Tensor.zeros(space.dtype(), space.shape());
            }
        }
        throw Check.failure("gradient: the tensor %s must be the one that watch() returned on this tape", x.shape());
    }

    /** Returns of how many variables there are gradients. */
    @Override
    public String toString() {
        return "Gradients of " + byEntry.size() + " variables";
    }
}

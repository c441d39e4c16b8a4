package rewind.autograd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
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

    // ---- sweeps for several results ----

    static List<Tensor> pullBack(Tape tape, Tensor y, Tensor dy, List<Tensor> at) {
        Gradients gradients = tape.backward(y, dy);
        List<Tensor> dx = at.stream().map(gradients::of).toList();
        if (dx.stream().allMatch(each -> each.firstNonFinite() < 0)) {
            return dx;
        }
        return at.stream().map(tape.backwardExactly(y, dy)::of).toList();
    }

    static Tensor unit(Tensor like, int position) {
        Tensor unit = Tensor.zeros(like.dtype(), like.shape());
        unit.kernels().set(unit.buffer().data, position, 1);
        return unit;
    }

    /** Stacks the first tensors of all lists, then the second ones, and so on. */
    static List<Tensor> stacked(int count, IntFunction<List<Tensor>> lists) {
        List<List<Tensor>> all = IntStream.range(0, count).mapToObj(lists).toList();
        IntFunction<List<Tensor>> column =
                k -> all.stream().map(each -> each.get(k)).toList();
        return IntStream.range(0, all.get(0).size())
                .mapToObj(k -> Tensor.stack(0, column.apply(k)))
                .toList();
    }

    static List<Tensor> rows(Tape tape, List<Tensor> at, Tensor y) {
        return stacked(y.size(), i -> pullBack(tape, y, unit(y, i), at));
    }

    /** One sweep per column: u ↦ Jᵀ·u is recorded once, and its pullbacks are v ↦ J·v. */
    static Tensor byColumns(Tape tape, Tensor at, Tensor y) {
        Tape linear = Tape.forDerivative();
        Tensor u = linear.watch(Tensor.zeros(y.dtype(), y.shape()));
        Tensor pulled = tape.backward(y, u).of(at);
        tape.finish();
        List<Tensor> columns = new ArrayList<>();
        for (int j = 0; j < at.size(); j++) {
            columns.add(pullBack(linear, pulled, unit(at, j), List.of(u)).get(0));
        }
        linear.finish();
        return Tensor.stack(y.rank(), columns).to(at.dtype());
    }
}

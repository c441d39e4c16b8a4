package rewind.nn.train.loop;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.NonFiniteException;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;

/** Runs a batch again, on a tape that checks every operation, and tells where the first number was not finite. */
final class FirstNonFinite implements Pass.Follower {
    private final Tape tape = new Tape().checkFinite();
    private final List<Section> parts = new ArrayList<>();

    /** The operations of a layer, from one position on the tape to another; the end is not known while the layer is at work. */
    private record Section(String layer, int from, int to) {
        static final int UNKNOWN = Integer.MAX_VALUE;

        boolean has(int position) {
            return from <= position && position < to;
        }
    }

    /** What is to be run: the loss of a batch. */
    interface Batch {
        Tensor loss(Parameters parameters, Tensor x, Pass.Follower follower);
    }

    private FirstNonFinite() {}

    /** Returns where the first number is not finite, or no text if all are. */
    static String of(Parameters parameters, Tensor x, Batch batch) {
        return new FirstNonFinite().find(parameters, x, batch);
    }

    private String find(Parameters parameters, Tensor x, Batch batch) {
        try {
            // with the input on the tape, what a layer does to it is checked before it meets a parameter
            tape.backward(batch.loss(watched(parameters), tape.watch(x), this));
            return "";
        } catch (NonFiniteException e) {
            return layerOf(e.position()) + e.getMessage();
        }
    }

    private Parameters watched(Parameters parameters) {
        return parameters.map((name, p) -> {
            parts.add(new Section("parameter " + name, tape.size(), tape.size() + 1));
            return tape.watch(p);
        });
    }

    @Override
    public void layer(String path, boolean begins) {
        if (begins) {
            parts.add(new Section(path.isEmpty() ? "model" : "layer " + path, tape.size(), Section.UNKNOWN));
        } else {
            for (int i = parts.size() - 1; i >= 0; i--) {
                Section part = parts.get(i);
                if (part.to == Section.UNKNOWN) {
                    parts.set(i, new Section(part.layer, part.from, tape.size()));
                    return;
                }
            }
        }
    }

    /** The innermost layer, which began last; what comes after all layers is the last activation and the loss. */
    private String layerOf(int position) {
        String found = "loss";
        for (Section part : parts) {
            found = part.has(position) ? part.layer : found;
        }
        return found + ", ";
    }
}

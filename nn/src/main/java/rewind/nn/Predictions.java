package rewind.nn;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import rewind.autograd.Tensor;
import rewind.autograd.replay.Compiled;
import rewind.nn.feedforward.Embedding;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.recurrent.BuiltInCells;
import rewind.nn.recurrent.NamedCell;

/**
 * The outputs of a model, by replay where batches of one shape come again and again. A model with something of a user's own is computed
 * anew every time, as nobody knows when it changes, and one with ids too, as each of them is checked.
 */
final class Predictions {
    private final Model model;
    private final boolean fixed;
    private final Compiled compiled = Compiled.of(this::output);

    Predictions(Model model, Layer layer) {
        this.model = model;
        this.fixed = isFixed(layer);
    }

    private static boolean isFixed(Object part) {
        if (part instanceof List<?> several) {
            return several.stream().allMatch(Predictions::isFixed);
        }
        if (part instanceof Formed builtIn) {
            return !(part instanceof Embedding) && isFixed(builtIn.options());
        }
        if (part instanceof Activation activation) {
            return activation.isStandard();
        }
        return part instanceof NamedCell<?> cell ? BuiltInCells.has(cell) : !(part instanceof Layer);
    }

    /** Returns the output for a batch. */
    Tensor of(Parameters with, Tensor x) {
        if (!fixed) {
            return model.forward(with, x);
        }
        List<Tensor> all = new ArrayList<>();
        model.parameters().stored().forEach(name -> all.add(with.get(name)));
        all.add(x);
        return all.stream().anyMatch(Tensor::isRecorded)
                ? model.forward(with, x)
                : compiled.run(List.of(), all).get(0);
    }

    private List<Tensor> output(List<Tensor> in) {
        Iterator<Tensor> next = in.iterator();
        Parameters with = model.parameters().map((name, p) -> next.next());
        return List.of(model.forward(with, next.next()));
    }

    /** Returns for how many shapes of inputs it was asked, and for how many of them it is replayed. */
    @Override
    public String toString() {
        return compiled.toString();
    }
}

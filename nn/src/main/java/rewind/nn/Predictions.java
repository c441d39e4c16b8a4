package rewind.nn;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import rewind.autograd.Tensor;
import rewind.autograd.replay.Compiled;
import rewind.nn.layer.Parameters;

/** The outputs of a model, by replay where batches of one shape come again and again. */
final class Predictions {
    private final Model model;
    private final Compiled compiled = Compiled.of(this::output);

    Predictions(Model model) {
        this.model = model;
    }

    /**
     * Returns the output for a batch.
     *
     * @throws IllegalStateException if a layer has come to compute something else than it did
     */
    Tensor of(Parameters with, Tensor x) {
        List<Tensor> all = new ArrayList<>(with.values());
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
}

package rewind.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import rewind.nn.Model;
import rewind.nn.Registry;
import rewind.nn.Training;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;

/**
 * All that an executor needs to compute shards of a run.
 *
 * @param run which one, unlike all others
 * @param model as the bytes of its file
 */
record Recipe(
        String run,
        byte[] model,
        Making<Registry> registry,
        Making<Loss> loss,
        ArrayList<Making<Metric>> metrics,
        boolean compiled)
        implements Serializable {
    Model newModel() {
        try {
            return Model.load(model, registry.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The training with what executors compute by. */
    Training options(Training training) {
        return training.loss(loss.get())
                .metrics(metrics.stream().map(Making::get).toArray(Metric[]::new))
                .compiled(compiled);
    }
}

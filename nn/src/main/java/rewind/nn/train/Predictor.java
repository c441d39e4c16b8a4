package rewind.nn.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Samples;

/** What gives outputs for batches of samples: a {@link rewind.nn.Model}. */
public interface Predictor {
    /** Returns the parameters as they are now. */
    Parameters parameters();

    /** Returns the shape of one sample. */
    Shape input();

    /**
     * Returns the output for a batch with the given parameters, in the given pass.
     *
     * @throws IllegalArgumentException if it is no batch, or a layer cannot take it
     */
    Tensor forward(Parameters with, Tensor x, Pass pass);

    /** As {@link #forward(Parameters, Tensor, Pass)}, as in use after training. */
    default Tensor forward(Parameters with, Tensor x) {
        return forward(with, x, Pass.inference());
    }

    /** Returns the output for a batch, (batch, …input) to (batch, …output), as in use after training. */
    default Tensor predict(Tensor x) {
        return predict(parameters(), x);
    }

    /**
     * Returns the outputs of a model of several, by name, the main one as {@code output}, as in use after training.
     *
     * @param given named tensors besides the input, (batch, …) each
     */
    default Map<String, Tensor> predictAll(Tensor x, Map<String, Tensor> given) {
        Pass pass = Pass.inference().given(given);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("output", forward(parameters(), x, pass));
        pass.outputs().named().forEach((name, each) -> outputs.put(name, each.output()));
        return outputs;
    }

    /** As {@link #forward(Parameters, Tensor)}, for batch after batch. */
    default Tensor predict(Parameters with, Tensor x) {
        return forward(with, x);
    }

    /**
     * Returns a stream of predictions, step after step, for so many sequences at a time.
     *
     * @throws IllegalArgumentException if the model does not give step by step what it gives for whole sequences
     */
    default PredictionStream stream(int samples) {
        return new PredictionStream(this, samples);
    }

    /**
     * As {@link #predict(Tensor)}, computed for so many samples at a time, so that memory for what lies between input and output does not
     * grow with the number of samples.
     *
     * @throws IllegalArgumentException if the batch size is not positive, or a layer cannot take the input
     * @throws CancellationException if the thread was interrupted, which is looked at between batches; its flag stays set
     */
    default Tensor predictInBatches(Tensor x, int batchSize) {
        Check.that(batchSize > 0, "predict: the batch size must be positive, got %s", batchSize);
        int samples = Samples.requireBatch(x, input()).size(0);
        Parameters now = parameters();
        List<Tensor> outputs = new ArrayList<>();
        for (int from = 0; from < Math.max(1, samples); from += batchSize) {
            if (from > 0 && Thread.currentThread().isInterrupted()) {
                throw new CancellationException(
                        "predict: the thread was interrupted after " + from + " of " + samples + " samples");
            }
            outputs.add(predict(now, x.slice(0, from, Math.min(samples, from + batchSize))));
        }
        return Tensor.concat(0, outputs);
    }
}

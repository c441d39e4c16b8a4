package rewind.nn.exchange;

import java.util.Map;
import rewind.autograd.Tensor;
import rewind.nn.layer.Parameters;

/** The parameters of one layer as tensors of another system. */
interface LayerTensors {
    /** The name of the system, for messages. */
    String system();

    /**
     * Returns a model's parameters with those of the layer replaced.
     *
     * @param prefix the beginning of the parameters' names
     */
    Parameters read(ForeignTensors tensors, Parameters model, String prefix);

    /**
     * Returns the system's tensors.
     *
     * @param prefix the beginning of the parameters' names
     * @param gradients whether these are gradients of the parameters, and of the tensors
     */
    Map<String, Tensor> write(Parameters parameters, String prefix, boolean gradients);

    /** Whether the layer may be read without a tensor: zeros, or ones, do the same. */
    boolean mayLack(String name);
}

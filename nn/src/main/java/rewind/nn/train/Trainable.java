package rewind.nn.train;

import java.util.Set;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.format.Storable;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;

/** What is trained, as a training run and its listeners see it: a {@link rewind.nn.Model}. */
public interface Trainable extends Predictor, Storable {
    /**
     * Replaces the parameters.
     *
     * @throws IllegalArgumentException if names or shapes differ
     */
    void set(Parameters changed);

    /** Returns the names under which tensors are stored that training leaves alone. */
    Set<String> frozen();

    /**
     * Whether training leaves a parameter alone.
     *
     * @param name a parameter, a stack, or a block of one
     * @throws IllegalArgumentException if there is no such parameter
     */
    boolean frozen(String name);

    /**
     * Returns gradients clipped as the layers want it: those of a layer with a limit are scaled down together where their common norm
     * exceeds it, see {@link rewind.nn.recurrent.Recurrent#clipGradients(double)}. For training loops of one's own; {@link rewind.nn.Training}
     * does it.
     */
    Parameters clipped(Parameters gradients);

    /** Returns the output before the last activation, for a {@link rewind.nn.loss.Loss}, with the given parameters in the given pass. */
    Tensor scores(Parameters with, Tensor x, Pass pass);

    /** Returns the last activation, which makes the output of the scores. */
    Activation lastActivation();

    /** Returns the shape of the output for one sample. */
    Shape output();

    /** Returns the element type in which it computes. */
    DType dtype();
}

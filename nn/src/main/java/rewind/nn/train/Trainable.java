package rewind.nn.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;

/** What is trained, as a training run and its listeners see it: a {@link rewind.nn.Model}. */
public interface Trainable {
    /** Returns the parameters as they are now. */
    Parameters parameters();

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
     * @throws IllegalArgumentException if there is no such parameter
     */
    boolean frozen(String name);

    /** Returns gradients clipped as the layers want it. */
    Parameters clipped(Parameters gradients);

    /** Returns the output for a batch, as in use after training. */
    Tensor predict(Tensor x);

    /** Returns the output before the last activation, with the given parameters in the given pass. */
    Tensor scores(Parameters with, Tensor x, Pass pass);

    /** Returns the last activation, which makes the output of the scores. */
    Activation lastActivation();

    /** Returns the shape of one sample. */
    Shape input();

    /** Returns the shape of the output for one sample. */
    Shape output();

    /** Returns the element type in which it computes. */
    DType dtype();

    /**
     * Writes it to a file, or replaces one.
     *
     * @throws IOException if it cannot be written
     */
    void save(Path file) throws IOException;
}

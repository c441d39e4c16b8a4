package rewind.nn.layer;

import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Draws the first value of a parameter. Standard ones are in {@link Initializers}; a user's own is a lambda. */
@FunctionalInterface
public interface Initializer {
    /** Returns a tensor of the given shape, decided by the generator alone. */
    Tensor draw(RandomGenerator rng, Shape shape);
}

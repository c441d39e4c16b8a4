package rewind.onnx.proto;

import rewind.autograd.Tensor;

/**
 * A tensor in a file.
 *
 * @param name its name, empty for the value of an attribute
 * @param type the type of its elements
 * @param value the elements, in {@link ElementType#dtype}
 */
public record NamedTensor(String name, ElementType type, Tensor value) {
    /** Returns it with another value. */
    public NamedTensor with(Tensor other) {
        return new NamedTensor(name, type, other);
    }
}

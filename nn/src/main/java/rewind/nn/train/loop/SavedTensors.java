package rewind.nn.train.loop;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;
import rewind.nn.train.Trainable;

/**
 * A group of tensors that a checkpoint holds, by name, each of which is looked at before it is used.
 *
 * @param origin what messages begin with
 */
public record SavedTensors(String origin, String group, Map<String, Tensor> tensors) {
    /** Those whose names begin so, by the rest of their names, in order. */
    public SavedTensors under(String prefix) {
        Map<String, Tensor> members = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix + "/")) {
                members.put(name.substring(prefix.length() + 1), tensor);
            }
        });
        return new SavedTensors(origin, group.isEmpty() ? prefix : group + "/" + prefix, members);
    }

    boolean isEmpty() {
        return tensors.isEmpty();
    }

    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    Set<String> names() {
        return tensors.keySet();
    }

    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        that(tensor != null, name, "is missing");
        return tensor;
    }

    /** A single number, of any shape. */
    public double number(String name) {
        Tensor tensor = get(name);
        that(tensor.size() == 1, name, "must be one number, got the shape %s", tensor.shape());
        return tensor.toDouble();
    }

    /** A whole number from 0 to a limit. */
    public long count(String name, long most) {
        double number = number(name);
        that(
                number >= 0 && number <= most && number == Math.rint(number),
                name,
                "must be a whole number from 0 to %s, got %s",
                most,
                number);
        return (long) number;
    }

    /** A vector of so many numbers. */
    double[] column(String name, int rows) {
        Tensor tensor = get(name);
        that(tensor.shape().equals(Shape.of(rows)), name, "must have the shape [%s], got %s", rows, tensor.shape());
        return tensor.toArray();
    }

    /** A tensor of finite numbers, that the model has one like. */
    Tensor like(String name, Tensor model) {
        return like(name, model, model.dtype());
    }

    private Tensor like(String name, Tensor model, DType dtype) {
        Tensor value = get(name);
        that(
                value.shape().equals(model.shape()) && value.dtype() == dtype,
                name,
                "must be %s %s, got %s %s",
                value.dtype(),
                value.shape(),
                dtype,
                model.shape());
        that(value.isFinite(), name, "must be finite");
        return value;
    }

    /** A tensor for every parameter of the model. */
    public Parameters parameters(Trainable model) {
        requireNames(model);
        return model.parameters().map(this::like);
    }

    /** A tensor of numbers that are not negative for every parameter of the model. */
    Parameters squares(Trainable model) {
        return parameters(model).map((name, values) -> {
            that(values.less(0).sum().toDouble() == 0, name, "must have squares, which are not negative");
            return values;
        });
    }

    /** A sum for every parameter of the model, in doubles; older versions wrote them in the model's type. */
    Parameters sums(Trainable model) {
        requireNames(model);
        return model.parameters()
                .map((name, p) -> get(name).dtype() == DType.FLOAT64
                        ? like(name, p, DType.FLOAT64)
                        : like(name, p).to(DType.FLOAT64));
    }

    private void requireNames(Trainable model) {
        Check.that(
                names().equals(model.parameters().stored()),
                "%s: the model must have the parameters %s, got %s",
                origin,
                names(),
                model.parameters().stored());
    }

    /** Requires these names, in any order. */
    void requireNames(Set<String> expected) {
        Check.that(names().equals(expected), "%s: %s must have %s, got %s", origin, group, expected, names());
    }

    void that(boolean condition, String name, String text, Object... details) {
        Check.that(
                condition,
                "%s: %s %s %s",
                origin,
                group,
                name,
                condition ? "" : String.format(Locale.ROOT, text, details));
    }
}

package rewind.nn.optimize;

import java.util.Map;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.format.Safetensors;

/**
 * What was saved of a run, looked at before it is taken back.
 *
 * @param origin what messages call it
 */
record SavedRun(String origin, Safetensors content) {
    /** Requires that a text is as it is in this run. */
    void require(String key, String now) {
        String text = content.metadata().get(key);
        Check.that(now.equals(text), "%s: the %s must be %s, got %s", origin, key, now, text);
    }

    double number(String key) {
        String text = content.metadata().get(key);
        try {
            return Double.parseDouble(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(origin + ": the " + key + " must be a number, got " + text, e);
        }
    }

    long count(String key) {
        double count = number(key);
        Check.that(
                count >= 0 && count == Math.rint(count) && count <= 1L << 53,
                "%s: the number of %s must be whole, got %s",
                origin,
                key,
                count);
        return (long) count;
    }

    Tensor tensor(String name, DType dtype, Shape shape) {
        Map<String, Tensor> all = content.tensors();
        Tensor saved = all.get(name);
        Check.that(
                saved != null && saved.shape().equals(shape) && saved.dtype() == dtype && saved.isFinite(),
                "%s: %s must be %s %s of finite numbers, got %s",
                origin,
                name,
                dtype,
                shape,
                saved == null ? "none" : saved.dtype() + " " + saved.shape());
        return saved;
    }
}

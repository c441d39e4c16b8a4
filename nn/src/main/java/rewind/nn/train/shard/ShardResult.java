package rewind.nn.train.shard;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.nn.format.Safetensors;

/**
 * What a shard of m samples gives. Its gradient g, that of the loss c(m)·Σ of the values of its samples, comes as g/c(m) in doubles, so that
 * those of several shards can be added: c(m) is 1/m for a mean and 1 for a sum.
 *
 * @param gradients g/c(m) by the names of parameters, without those that are frozen
 * @param renewed m·s in doubles for every statistic s that the pass renewed, by name
 * @param counted the sums of losses and metrics; for a metric that needs all outputs at once, outputs and targets
 */
public record ShardResult(Map<String, Tensor> gradients, Map<String, Tensor> renewed, Map<String, Tensor> counted) {
    private static final String GRADIENT = "gradient/";
    private static final String RENEWED = "renewed/";
    private static final String COUNTED = "counted/";

    /** Returns it as the bytes of a safetensors file. */
    public byte[] toBytes() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        gradients.forEach((name, tensor) -> all.put(GRADIENT + name, tensor));
        renewed.forEach((name, tensor) -> all.put(RENEWED + name, tensor));
        counted.forEach((name, tensor) -> all.put(COUNTED + name, tensor));
        return Safetensors.of(all).toBytes();
    }

    /**
     * Takes back what {@link #toBytes} gave.
     *
     * @throws rewind.nn.format.FormatException if the bytes are damaged
     */
    public static ShardResult of(byte[] bytes) throws IOException {
        Map<String, Tensor> all = Safetensors.read(bytes).tensors();
        return new ShardResult(under(GRADIENT, all), under(RENEWED, all), under(COUNTED, all));
    }

    private static Map<String, Tensor> under(String prefix, Map<String, Tensor> all) {
        Map<String, Tensor> some = new LinkedHashMap<>();
        all.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                some.put(name.substring(prefix.length()), tensor);
            }
        });
        return some;
    }

    /** Returns the names of what it holds. */
    @Override
    public String toString() {
        return "result of a shard: gradients of " + gradients.keySet() + ", statistics " + renewed.keySet();
    }
}

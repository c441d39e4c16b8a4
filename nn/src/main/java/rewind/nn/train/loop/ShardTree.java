package rewind.nn.train.loop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;

/**
 * Sums of what shards gave, in an order that depends on their number alone: Σ of n is Σ of the first 2ᵏ plus Σ of the rest, with the largest
 * 2ᵏ below n.
 */
final class ShardTree {
    private ShardTree() {}

    /** The sums by name; all have the same names. */
    static Map<String, Tensor> sum(List<Map<String, Tensor>> shards) {
        if (shards.size() == 1) {
            return shards.get(0);
        }
        int first = Integer.highestOneBit(shards.size() - 1);
        Map<String, Tensor> left = sum(shards.subList(0, first));
        Map<String, Tensor> right = sum(shards.subList(first, shards.size()));
        Map<String, Tensor> sums = new LinkedHashMap<>();
        left.forEach((name, tensor) -> sums.put(name, tensor.add(right.get(name))));
        return sums;
    }
}

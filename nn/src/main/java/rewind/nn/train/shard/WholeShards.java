package rewind.nn.train.shard;

import java.util.List;
import java.util.stream.IntStream;
import rewind.nn.data.Dataset;

/** Shards in the memory of this machine. */
record WholeShards(List<Dataset> shards, int whole) implements Shards {
    @Override
    public int[] sizes() {
        return shards.stream().mapToInt(Dataset::size).toArray();
    }

    @Override
    public List<ShardResult> compute(ShardTask task, int[] numbers, ShardWorker here) {
        return IntStream.range(0, numbers.length)
                .mapToObj(place -> here.of(task, shards.get(numbers[place]), place))
                .toList();
    }

    @Override
    public String toString() {
        return shards.size() + " shards of " + shards.get(0);
    }
}

package rewind.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.format.Safetensors;
import rewind.nn.train.shard.ShardResult;
import rewind.nn.train.shard.ShardTask;
import rewind.nn.train.shard.ShardWorker;
import rewind.nn.train.shard.Shards;

/** Shards that executors compute, each as a task; a batch is a job of the partitions that are its shards. */
record SparkShards(ShardedFrame frame, Recipe recipe, Model model, boolean lengths) implements Shards {
    @Override
    public int[] sizes() {
        return frame.sizes();
    }

    @Override
    public int whole() {
        return frame.whole();
    }

    @Override
    public List<ShardResult> compute(ShardTask task, int[] shards, ShardWorker here) {
        ExecutorModel.Step step = step(task);
        Recipe own = recipe;
        boolean padded = lengths;
        int[] numbers = shards.clone();
        List<byte[]>[] results = Failures.told(() -> frame.shards()
                .mapPartitionsWithIndex(
                        (shard, rows) -> {
                            int place = place(numbers, shard);
                            return List.of(ExecutorModel.result(own, step, rows.next(), padded, place))
                                    .iterator();
                        },
                        true)
                .collectPartitions(numbers));
        List<ShardResult> read = new ArrayList<>();
        for (List<byte[]> each : results) {
            try {
                read.add(ShardResult.of(each.get(0)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return read;
    }

    private static int place(int[] numbers, int shard) {
        int place = 0;
        while (numbers[place] != shard) {
            place++;
        }
        return place;
    }

    private ExecutorModel.Step step(ShardTask task) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        model.parameters()
                .stored()
                .forEach(name -> parameters.put(name, model.parameters().get(name)));
        return new ExecutorModel.Step(task, Safetensors.of(parameters).toBytes(), new HashSet<>(model.frozen()));
    }

    @Override
    public String toString() {
        return frame.sizes().length + " shards of a frame";
    }
}

package rewind.nn.train.shard;

import rewind.nn.data.Dataset;

/**
 * Computes what a shard gives at the parameters of its model. For one thread at a time; {@link rewind.nn.Training#worker} makes one, on whatever
 * machine.
 */
@FunctionalInterface
public interface ShardWorker {
    /**
     * Computes one shard.
     *
     * @param place of the shard in its batch, from 0; what is random in its pass is drawn by a generator seeded from (seed, epoch, batch,
     *     place)
     * @throws IllegalArgumentException if the shard does not fit the model or the loss
     * @throws ArithmeticException if the loss or a gradient is not finite; the message tells the place
     */
    ShardResult of(ShardTask task, Dataset shard, int place);
}

package rewind.nn.train.shard;

import java.io.Serializable;
import rewind.nn.layer.Pass;

/**
 * What is to be done with the shards of a batch.
 *
 * @param training whether gradients are wanted; without it, loss and metrics alone are, of a pass as in use
 * @param seed of the run
 * @param epoch from 1
 * @param epochs how many there are to be
 * @param batch from 1, of the epoch
 * @param updates how often the parameters were updated
 */
public record ShardTask(boolean training, long seed, int epoch, int epochs, int batch, long updates)
        implements Pass.TrainingPlace, Serializable {}

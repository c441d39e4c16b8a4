package rewind.nn.train.shard;

import java.util.Arrays;
import java.util.List;
import rewind.autograd.require.Check;
import rewind.nn.data.Dataset;

/**
 * Samples to train on, cut once and for all into shards. A batch consists of whole shards, whose order is drawn anew for every epoch; what
 * each gives is computed by itself, here or elsewhere, and added in a tree whose form depends on their number alone: pairs of neighbours, pairs
 * of pairs, and so on. So the bits of a run do not depend on who computes what.
 *
 * <pre>{@code
 * Training.of(model).batchSize(64).fit(Shards.of(data, 16));   // four shards a batch
 * }</pre>
 *
 * <p>Layers that look at a whole batch, such as batch normalisation, see a shard; the statistics that they keep become the means, weighted
 * by samples, of what shards made of them.
 */
public interface Shards {
    /** Returns how many samples each shard has, at least one each. */
    int[] sizes();

    /** Returns how many samples make a whole shard, which none has more of: by which a batch is counted. The largest of {@link #sizes} if not told. */
    default int whole() {
        return Arrays.stream(sizes()).max().orElse(0);
    }

    /**
     * Computes shards of one batch.
     *
     * @param shards their numbers; the places in the batch are the places in this array
     * @param here computes with the model of the run
     * @return the results in the same order
     */
    List<ShardResult> compute(ShardTask task, int[] shards, ShardWorker here);

    /**
     * Returns data in shards of so many samples in their order, of which the last may be smaller, that are computed one after the other on
     * this machine.
     *
     * @throws IllegalArgumentException if the size is not positive, or there is no sample
     */
    static Shards of(Dataset data, int size) {
        Check.that(size > 0, "shards: the size must be positive, got %s", size);
        Check.that(data.size() > 0, "shards: there must be at least one sample");
        return new WholeShards(data.batches(size).toList(), size);
    }

    /**
     * Returns shards that are computed one after the other on this machine.
     *
     * @throws IllegalArgumentException if there is none, or one without samples
     */
    static Shards of(List<Dataset> shards) {
        return of(shards, shards.stream().mapToInt(Dataset::size).max().orElse(1));
    }

    /**
     * Returns shards that are computed one after the other on this machine, of which so many samples make a whole one.
     *
     * @throws IllegalArgumentException if there is none, or one without samples or with more
     */
    static Shards of(List<Dataset> shards, int whole) {
        Check.that(
                !shards.isEmpty() && shards.stream().allMatch(each -> each.size() > 0),
                "shards: there must be at least one, and a sample in each, got %s",
                shards);
        Check.that(
                shards.stream().allMatch(each -> each.size() <= whole),
                "shards: none may have more than the %s samples of a whole one, got the sizes %s",
                whole,
                shards.stream().map(Dataset::size).toList());
        return new WholeShards(List.copyOf(shards), whole);
    }
}

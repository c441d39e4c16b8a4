package rewind.nn.train.loop;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import rewind.autograd.require.Check;
import rewind.nn.train.shard.ShardResult;
import rewind.nn.train.shard.ShardTask;
import rewind.nn.train.shard.ShardWorker;
import rewind.nn.train.shard.Shards;

/**
 * Batches of shards.
 *
 * @param sizes of the shards
 * @param perBatch how many of them make a batch
 * @param here computes with the model of the run
 */
record ShardFeed(TrainingOptions training, Shards shards, int[] sizes, int perBatch, ShardWorker here) implements Feed {
    static ShardFeed of(TrainingOptions training, Shards shards) {
        int[] sizes = shards.sizes();
        Check.that(
                sizes.length > 0 && Arrays.stream(sizes).allMatch(size -> size > 0),
                "training: there must be at least one shard, and a sample in each, got the sizes %s",
                Arrays.toString(sizes));
        int whole = shards.whole();
        Check.that(
                Arrays.stream(sizes).allMatch(size -> size <= whole),
                "training: no shard may have more than the %s samples of a whole one, got the sizes %s",
                whole,
                Arrays.toString(sizes));
        Check.that(
                training.batchSize % whole == 0,
                "training: the batch size must be a multiple of the size of shards, as batches consist of whole ones, got %s of %s",
                training.batchSize,
                whole);
        Check.that(
                !training.stateful,
                "training: states are not carried on from shard to shard; stateful training takes a data source");
        return new ShardFeed(training, shards, sizes, training.batchSize / whole, new LocalWorker(training));
    }

    @Override
    public Stream<Portion> portions(TrainingLoop run, Optional<RandomGenerator> order) {
        return batches(order).map(numbers -> new Portion() {
            @Override
            public int size() {
                return samples(numbers);
            }

            @Override
            public double take(Steps steps, Evaluation evaluation, String where) {
                return steps.take(results(task(run), numbers), size(), evaluation, where);
            }
        });
    }

    /** What is to be done with the shards of the batch that is under way. */
    private ShardTask task(TrainingLoop run) {
        return new ShardTask(true, training.seed, run.epoch(), run.epochs(), run.batch(), run.updates());
    }

    /** What shards give, of as many samples each as was told: means are taken by that. */
    private List<ShardResult> results(ShardTask task, int[] numbers) {
        List<ShardResult> results = Interruption.heard(() -> shards.compute(task, numbers, here));
        List<Integer> counted = results.stream()
                .map(result -> (int) result.counted().get("samples").toDouble())
                .toList();
        List<Integer> told =
                Arrays.stream(numbers).mapToObj(number -> sizes[number]).toList();
        Check.that(
                counted.equals(told),
                "training: shards must have the sizes that they tell, %s in this batch, got results of %s samples",
                told,
                counted);
        return results;
    }

    /** The numbers of shards, batch by batch. */
    private Stream<int[]> batches(Optional<RandomGenerator> order) {
        int[] numbers = MathArrays.natural(sizes.length);
        order.ifPresent(rng -> MathArrays.shuffle(numbers, rng));
        return IntStream.range(0, count())
                .mapToObj(batch -> Arrays.copyOfRange(
                        numbers, batch * perBatch, (int) Math.min((batch + 1L) * perBatch, numbers.length)));
    }

    private int count() {
        return (int) (((long) sizes.length + perBatch - 1) / perBatch);
    }

    private int samples(int[] numbers) {
        return Arrays.stream(numbers).map(number -> sizes[number]).sum();
    }

    @Override
    public OptionalLong batchCount() {
        return OptionalLong.of(count());
    }

    @Override
    public OptionalLong samples() {
        return OptionalLong.of(Arrays.stream(sizes).asLongStream().sum());
    }

    @Override
    public long fewest(int batches) {
        return batches;
    }

    @Override
    public String batches() {
        return training.batchSize + " in " + perBatch + " shards";
    }

    @Override
    public Evaluation evaluated(SampleLosses values) {
        Evaluation all = training.evaluation(values);
        int batch = 0;
        for (int[] numbers : (Iterable<int[]>) batches(Optional.empty())::iterator) {
            Interruption.look();
            ShardTask task = new ShardTask(false, training.seed, 0, training.epochs, ++batch, 0);
            results(task, numbers).forEach(result -> all.add(result.counted()));
        }
        return all;
    }
}

package rewind.nn.train.loop;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.nn.data.DataSource;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Pass;

/** Where a run gets its batches, whole ones or in shards. */
sealed interface Feed permits Feed.OfSource, ShardFeed {
    /** A batch that waits. */
    interface Portion {
        int size();

        /** Adds its gradients to those that wait; returns its mean loss. */
        double take(Steps steps, Evaluation evaluation, String where);
    }

    /** That of the data to validate with, or null. */
    static Feed ofValidation(TrainingOptions training) {
        if (training.validationShards != null) {
            return ShardFeed.of(training, training.validationShards);
        }
        return training.validation == null ? null : new OfSource(training, training.prepared(training.validation));
    }

    /** A pass, as {@link DataSource#batches(int, Optional)}. */
    Stream<Portion> portions(TrainingLoop run, Optional<RandomGenerator> order);

    OptionalLong batchCount();

    OptionalLong samples();

    /** How many samples so many batches have at least. */
    long fewest(int batches);

    /** What makes batches, for checkpoints. */
    String batches();

    Evaluation evaluated(SampleLosses values);

    /** Batches of a source that fits the model. */
    record OfSource(TrainingOptions training, DataSource data) implements Feed {
        @Override
        public Stream<Portion> portions(TrainingLoop run, Optional<RandomGenerator> order) {
            return data.batches(training.batchSize, order).map(batch -> new Portion() {
                @Override
                public int size() {
                    return batch.size();
                }

                @Override
                public double take(Steps steps, Evaluation evaluation, String where) {
                    return steps.take(batch, () -> pass(run, batch), evaluation, where, run.epoch());
                }
            });
        }

        private Pass pass(TrainingLoop run, Dataset batch) {
            RandomGenerator rng = new Randomness(training.seed).pass(run.epoch(), run.batch());
            return Evaluation.pass(Pass.training(rng).at(run), batch);
        }

        @Override
        public OptionalLong batchCount() {
            return data.batchCount(training.batchSize);
        }

        @Override
        public OptionalLong samples() {
            return data.samples();
        }

        /** Batches of a dataset are full but for the last one; others may have any size. */
        @Override
        public long fewest(int batches) {
            return data instanceof Dataset whole
                    ? Math.min((long) batches * training.batchSize, whole.size())
                    : batches;
        }

        @Override
        public String batches() {
            return Integer.toString(training.batchSize);
        }

        @Override
        public Evaluation evaluated(SampleLosses values) {
            return Evaluation.of(training, data, values);
        }
    }
}

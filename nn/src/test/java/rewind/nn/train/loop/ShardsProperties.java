package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.batchNormalization;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.gru;
import static rewind.nn.Listeners.checkpoint;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Metrics.rootMeanSquaredError;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.sgd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Layer;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;
import rewind.nn.train.shard.ShardResult;
import rewind.nn.train.shard.ShardTask;
import rewind.nn.train.shard.ShardWorker;
import rewind.nn.train.shard.Shards;

/** Batches whose shards are computed apart. */
class ShardsProperties {
    private static final Near NEAR = Near.within(1e-10, 1e-12);

    private static Dataset data(int samples, long seed) {
        RandomGenerator rng = new Well19937c(seed);
        return new Dataset(Tensor.randn(rng, samples, 3, 2), Tensor.randn(rng, samples, 2));
    }

    private static Model model(long seed, Layer... more) {
        List<Layer> layers = new ArrayList<>(List.of(more));
        layers.add(0, gru(3));
        layers.add(dense(2));
        return Sequential.of(layers.toArray(Layer[]::new)).build(Shape.of(3, 2), seed);
    }

    private static Training training(Model model) {
        return Training.of(model).optimizer(adam(0.01)).clipNorm(1).epochs(3).metrics(rootMeanSquaredError());
    }

    /** Whoever computes them, in any order, and takes the results as bytes. */
    private record Elsewhere(Shards shards, ShardWorker worker, Model copy, Model original, long seed)
            implements Shards {
        @Override
        public int[] sizes() {
            return shards.sizes();
        }

        @Override
        public int whole() {
            return shards.whole();
        }

        @Override
        public List<ShardResult> compute(ShardTask task, int[] numbers, ShardWorker here) {
            copy.set(original.parameters());
            ShardResult[] results = new ShardResult[numbers.length];
            for (int place : order(numbers.length)) {
                // what is not this shard is left out, but for its place
                ShardWorker one = (given, shard, at) -> at == place ? worker.of(given, shard, at) : null;
                try {
                    results[place] = ShardResult.of(
                            shards.compute(task, numbers, one).get(place).toBytes());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            return Arrays.asList(results);
        }

        private List<Integer> order(int count) {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                order.add(i);
            }
            Collections.shuffle(order, new Random(seed));
            return order;
        }
    }

    /** Without anything random, shards of a batch are the batch, up to rounding: unshuffled, as one order is of samples, the other of shards. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void shardsTogetherAreTheBatch(
            @ForAll @IntRange(min = 1, max = 30) int samples,
            @ForAll @IntRange(min = 1, max = 4) int size,
            @ForAll @IntRange(min = 1, max = 5) int perBatch,
            @ForAll @IntRange(min = 1, max = 3) int accumulated,
            @ForAll boolean summed,
            @ForAll long seed) {
        Loss loss = summed ? meanSquaredError().summed() : meanSquaredError();
        Model whole = model(seed);
        Model cut = model(seed);
        Dataset data = data(samples, seed);
        int batch = size * perBatch;
        History one = training(whole)
                .loss(loss)
                .optimizer(sgd(0.01).momentum(0.5))
                .shuffle(false)
                .batchSize(batch)
                .accumulate(accumulated)
                .fit(data);
        History other = training(cut)
                .loss(loss)
                .optimizer(sgd(0.01).momentum(0.5))
                .shuffle(false)
                .batchSize(batch)
                .accumulate(accumulated)
                .fit(Shards.of(data, size));
        NEAR.verify("parameters", cut.parameters().flatten(), whole.parameters().flatten());
        NEAR.verify("loss", Tensor.of(loss(other)), Tensor.of(loss(one)));
        NEAR.verify("metric", Tensor.of(metric(other)), Tensor.of(metric(one)));
    }

    private static double loss(History history) {
        return history.epochs().get(2).loss();
    }

    private static double metric(History history) {
        return history.epochs().get(2).metrics().get("rootMeanSquaredError");
    }

    /** The same bits, with draws and statistics, whoever computes. */
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void whoComputesDoesNotMatter(
            @ForAll @IntRange(min = 1, max = 30) int samples,
            @ForAll @IntRange(min = 1, max = 4) int size,
            @ForAll @IntRange(min = 1, max = 7) int perBatch,
            @ForAll boolean floats,
            @ForAll long seed) {
        DType dtype = floats ? DType.FLOAT32 : DType.FLOAT64;
        Model here = model(seed, batchNormalization(), dropout(0.3)).to(dtype);
        Model driver = model(seed, batchNormalization(), dropout(0.3)).to(dtype);
        Model copy = model(seed, batchNormalization(), dropout(0.3)).to(dtype);
        Shards shards = Shards.of(data(samples, seed), size);
        int batch = size * perBatch;
        History one = training(here)
                .metrics(everything())
                .batchSize(batch)
                .validation(shards)
                .fit(shards);
        ShardWorker worker = training(copy).metrics(everything()).worker();
        Shards elsewhere = new Elsewhere(shards, worker, copy, driver, seed);
        History other = training(driver)
                .metrics(everything())
                .batchSize(batch)
                .validation(elsewhere)
                .fit(elsewhere);
        assertThat(driver.parameters().flatten().toArray())
                .isEqualTo(here.parameters().flatten().toArray());
        assertThat(other.epochs()).isEqualTo(one.epochs());
    }

    /** A metric that needs all outputs at once. */
    private static Metric everything() {
        return Metric.named(
                "largest", (output, target) -> output.sub(target).max().toDouble());
    }

    @Test
    void aRunIsResumed(@TempDir Path folder) {
        Dataset data = data(23, 5);
        Model straight = model(5, dropout(0.2));
        training(straight).batchSize(8).accumulate(2).fit(Shards.of(data, 2));

        Training first = training(model(5, dropout(0.2)))
                .batchSize(8)
                .accumulate(2)
                .on(checkpoint(folder).everyUpdates(1), new TrainingListener() {
                    @Override
                    public void batchDone(TrainingRun run) {
                        if (run.updates() == 4) {
                            throw new IllegalStateException("enough");
                        }
                    }
                });
        assertThatThrownBy(() -> first.fit(Shards.of(data, 2))).hasMessage("enough");
        Model second = model(6, dropout(0.2));
        training(second).shuffle(5).batchSize(8).accumulate(2).resume(folder).fit(Shards.of(data, 2));
        assertThat(second.parameters().flatten().toArray())
                .isEqualTo(straight.parameters().flatten().toArray());
    }

    /** Fewer samples than make a shard are a shard and a batch. */
    @Test
    void fewerSamplesThanAShard() {
        Dataset data = data(10, 3);
        Model cut = model(3);
        Model whole = model(3);
        training(cut).shuffle(false).batchSize(64).fit(Shards.of(data, 16));
        training(whole).shuffle(false).batchSize(64).fit(data);
        NEAR.verify("parameters", cut.parameters().flatten(), whole.parameters().flatten());
        assertThat(Shards.of(List.of(data), 16).whole()).isEqualTo(16);
        assertThat(Shards.of(List.of(data, data(4, 1))).whole()).isEqualTo(10);
    }

    @Test
    void badOnesAreRefused() {
        Dataset data = data(10, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shards.of(data, 0))
                .withMessage("shards: the size must be positive, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shards.of(List.of()))
                .withMessage("shards: there must be at least one, and a sample in each, got []");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shards.of(List.of(data), 9))
                .withMessage("shards: none may have more than the 9 samples of a whole one, got the sizes [10]");
        Shards fours = new Shards() {
            @Override
            public int[] sizes() {
                return new int[] {4, 4};
            }

            @Override
            public List<ShardResult> compute(ShardTask task, int[] numbers, ShardWorker here) {
                return Shards.of(data(6, 1), 3).compute(task, numbers, here);
            }
        };
        String told =
                "training: shards must have the sizes that they tell, [4, 4] in this batch, got results of [3, 3] samples";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training(model(1)).batchSize(8).fit(fours))
                .withMessage(told);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training(model(1)).batchSize(8).evaluate(fours))
                .withMessage(told);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training(model(1)).fit(new Shards() {
                    @Override
                    public int[] sizes() {
                        return new int[] {3, 4};
                    }

                    @Override
                    public int whole() {
                        return 3;
                    }

                    @Override
                    public List<ShardResult> compute(ShardTask task, int[] numbers, ShardWorker here) {
                        throw new AssertionError();
                    }
                }))
                .withMessage(
                        "training: no shard may have more than the 3 samples of a whole one, got the sizes [3, 4]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training(model(1)).batchSize(8).fit(Shards.of(data, 3)))
                .withMessage(
                        "training: the batch size must be a multiple of the size of shards, as batches consist of whole ones,"
                                + " got 8 of 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training(model(1)).batchSize(6).stateful(true).fit(Shards.of(data, 3)))
                .withMessage(
                        "training: states are not carried on from shard to shard; stateful training takes a data source");
        assertThatThrownBy(() ->
                        training(model(1)).batchSize(6).optimizer(sgd(1e200)).fit(Shards.of(data, 3)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageStartingWith("training: epoch 1, batch 2, shard 0: ");
    }
}

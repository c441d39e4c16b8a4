package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.sgd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Lengths;
import rewind.nn.loss.Loss;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** Several batches that make one update. */
class AccumulationTest {
    /** Three epochs of at most ten updates, whose sums are rounded in another order. */
    private static final Near NEAR = Near.within(1e-10, 1e-12);

    /** k batches of m samples are one of k·m, whether the loss is a mean or a sum, the last partial ones included. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void severalBatchesAreOneLarger(
            @ForAll @IntRange(min = 1, max = 20) int samples,
            @ForAll @IntRange(min = 1, max = 4) int m,
            @ForAll @IntRange(min = 1, max = 5) int k,
            @ForAll boolean summed,
            @ForAll boolean padded,
            @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Dataset data = new Dataset(Tensor.randn(rng, samples, 3, 2), Tensor.randn(rng, samples, 3, 2));
        Dataset given = padded ? data.lengths(lengths(rng, samples)) : data;
        Loss loss = summed ? meanSquaredError().summed() : meanSquaredError();
        List<Model> models = new ArrayList<>();
        List<Long> updates = new ArrayList<>();
        List<History> histories = new ArrayList<>();
        for (int accumulated : new int[] {1, k}) {
            Model model = Sequential.of(rnn(2).sequences(true).clipGradients(true), dense(2))
                    .build(Shape.of(3, 2), seed);
            histories.add(Training.of(model)
                    .loss(loss)
                    .optimizer(sgd(0.01).momentum(0.5))
                    .clipNorm(2)
                    .epochs(3)
                    .batchSize(accumulated == 1 ? k * m : m)
                    .accumulate(accumulated)
                    .on(new Updates(updates))
                    .fit(given));
            models.add(model);
        }

        assertThat(updates).containsExactly(updates.get(1), updates.get(1));
        for (String name : models.get(0).parameters().stored()) {
            NEAR.verify(
                    name,
                    models.get(1).parameters().get(name),
                    models.get(0).parameters().get(name));
        }
        for (int epoch = 0; epoch < 3; epoch++) {
            NEAR.verify("loss", lossOf(histories.get(1), epoch), lossOf(histories.get(0), epoch));
        }
    }

    private static Tensor lossOf(History history, int epoch) {
        return Tensor.of(history.epochs().get(epoch).loss());
    }

    private static Lengths lengths(RandomGenerator rng, int samples) {
        int[] lengths = new int[samples];
        for (int i = 0; i < samples; i++) {
            lengths[i] = 1 + rng.nextInt(3);
        }
        return Lengths.of(lengths);
    }

    /** 0.1 is no float: so many of them, one after the other, would lose four digits. */
    @Test
    void manyBatchesKeepTheirDigits() {
        int batches = 20_000;
        Model model = Sequential.of(dense(1).bias(false)).build(Shape.of(1), 1, DType.FLOAT32);
        model.set("dense/U", Tensor.zeros(1, 1));
        Loss flat = (output, target) -> output.mul(0.1).sum(1);
        Training.of(model)
                .loss(flat.summed())
                .optimizer(sgd(1))
                .epochs(1)
                .batchSize(1)
                .accumulate(batches)
                .fit(new Dataset(Tensor.ones(batches, 1), Tensor.zeros(batches, 1)));
        assertThat((float) model.parameters().get("dense/U").toDouble()).isEqualTo(-batches * 0.1f);
    }

    /** Sums are in doubles; those of earlier versions were in the type of the model. */
    @Test
    void sumsOfEitherTypeAreGoneOnWith(@TempDir Path folder) throws IOException {
        RandomGenerator rng = new Well19937c(3);
        Dataset data = new Dataset(Tensor.randn(rng, 8, 1), Tensor.randn(rng, 8, 1));
        Path file = folder.resolve("checkpoint.safetensors");
        List<Model> models = new ArrayList<>();
        List<Training> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            models.add(Sequential.of(dense(1)).build(Shape.of(1), 1, DType.FLOAT32));
            runs.add(Training.of(models.get(i))
                    .loss(meanSquaredError())
                    .epochs(1)
                    .batchSize(1)
                    .accumulate(4));
        }
        runs.get(0).on(new Snapshot(6, file)).fit(data);
        runs.get(1).resume(file).fit(data);
        assertThat(Flat.of(models.get(1))).isEqualTo(Flat.of(models.get(0)));

        Checkpoint content = Checkpoint.read(file);
        Map<String, Tensor> rounded = new LinkedHashMap<>();
        SavedTensors sums = content.group("gradient");
        sums.names().forEach(name -> rounded.put(name, sums.get(name).to(DType.FLOAT32)));
        content.put("gradient", rounded);
        content.write(file);
        runs.get(2).resume(file).fit(data);
        Near.within(1e-6, 0)
                .verify(
                        "U",
                        models.get(2).parameters().get("dense/U"),
                        models.get(0).parameters().get("dense/U"));
    }

    private record Snapshot(int batch, Path file) implements TrainingListener {
        @Override
        public void batchDone(TrainingRun run) {
            if (run.batch() == batch) {
                run.checkpoint(file);
            }
        }
    }

    private record Updates(List<Long> all) implements TrainingListener {
        @Override
        public void completed(TrainingRun run) {
            all.add(run.updates());
        }
    }
}

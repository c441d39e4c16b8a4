package rewind.nn;

import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.sgd;

import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.recurrent.Recurrent;

/** Truncated gradients count the steps of a sample, not its padding. */
class TruncatedPaddingProperties {
    private static Layer layer(int kind, boolean chunks, int steps, boolean reversed, boolean sequences) {
        List<Recurrent<?, ?>> kinds = List.of(rnn(2), gru(2), lstm(2));
        Recurrent<?, ?> layer =
                kinds.get(kind).clipGradients(false).reversed(reversed).sequences(sequences);
        return chunks ? layer.truncateChunks(steps + 1) : layer.truncateWindow(steps);
    }

    /** The mean over the samples of what each of them alone, without padding, makes of the parameters: an update is linear in the gradient. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void paddingDoesNotCount(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 2) int kind,
            @ForAll boolean chunks,
            @ForAll @IntRange(min = 0, max = 3) int truncated,
            @ForAll boolean reversed,
            @ForAll boolean sequences,
            @ForAll @IntRange(min = 0, max = 5) int padding,
            @ForAll DType dtype) {
        RandomGenerator rng = new Well19937c(seed);
        Layer layer = layer(kind, chunks, truncated, reversed, sequences);
        Lengths lengths = Lengths.of(1 + rng.nextInt(6), 1 + rng.nextInt(6), 1 + rng.nextInt(6));
        int steps = lengths.max() + padding;
        Tensor x = Tensor.randn(rng, 3, steps, 2);
        Tensor y = sequences ? Tensor.randn(rng, 3, steps, 2) : Tensor.randn(rng, 3, 2);

        Tensor batch =
                trained(layer, dtype, seed, new Dataset(x, y).lengths(lengths).targetsPerStep(sequences));
        Tensor mean = batch.mul(0);
        for (int i = 0; i < 3; i++) {
            Tensor target = y.slice(0, i, i + 1);
            Dataset alone = new Dataset(
                    x.slice(0, i, i + 1).slice(1, 0, lengths.get(i)),
                    sequences ? target.slice(1, 0, lengths.get(i)) : target);
            mean = mean.add(trained(layer, dtype, seed, alone).div(3));
        }
        Near.formulas(dtype).verify("parameters", batch, mean);
    }

    private static Tensor trained(Layer layer, DType dtype, long seed, Dataset data) {
        Model model =
                Sequential.of(layer).build(Shape.of(data.x().size(1), data.x().size(2)), seed, dtype);
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(sgd(1))
                .epochs(1)
                .shuffle(false)
                .fit(data);
        return Tensor.of(Flat.of(model));
    }
}

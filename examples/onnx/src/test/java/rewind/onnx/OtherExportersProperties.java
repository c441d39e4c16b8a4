package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.exchange.ModelWeights;
import rewind.nn.layer.Layer;

/** Networks as other exporters write them do the same as those of this library with the same weights, are trained and written again. */
class OtherExportersProperties {
    private static Model same(OtherExporters net) {
        Model model = Sequential.of(net.layers().toArray(Layer[]::new)).build(net.sample(), 1);
        ModelWeights.pytorch(model).load(net.weights());
        return model;
    }

    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void theyAreTheSame(@ForAll OtherExporters.Style style, @ForAll long seed) {
        OtherExporters net = new OtherExporters(style, seed);
        Model expected = same(net);
        Model read = net.read().model();
        for (int samples : new int[] {1, 3}) {
            Tensor x = net.batch(samples);
            RoundTrips.close(read.predict(x), expected.predict(x), 1e-12);
        }
        assertThat(read.input()).isEqualTo(net.sample());
        assertThat(read.parameters().count())
                .isEqualTo(
                        net.weights().values().stream().mapToLong(Tensor::size).sum());
        byte[] bytes = RoundTrips.bytes(file -> Onnx.write(read, file));
        Model again = RoundTrips.read(bytes).model();
        assertThat(RoundTrips.bytes(file -> Onnx.write(again, file))).isEqualTo(bytes);
    }

    /** What only rearranges is not in equations: all steps of both directions are one equation. */
    @ParameterizedTest
    @EnumSource
    void equationsAreThoseOfLayers(OtherExporters.Style style) {
        OtherExporters net = IntStream.range(0, 1000)
                .mapToObj(seed -> new OtherExporters(style, seed))
                .filter(each -> each.weights().containsKey("rnn.bias_ih_l1_reverse"))
                .findFirst()
                .orElseThrow();
        String equations = net.read().model().equations().toString();
        assertThat(equations.substring(0, equations.indexOf("\n\n")))
                .contains("concat(")
                .contains("⟨t−1⟩")
                .contains("⟨t+1⟩")
                .doesNotContain("stack(", "permute(", "⟨t+2⟩", "expand");
    }

    @ParameterizedTest
    @EnumSource
    void theyAreTrained(OtherExporters.Style style) {
        OtherExporters net = new OtherExporters(style, 5);
        Model model = net.read().model();
        Tensor x = net.batch(20);
        Tensor y = Tensor.zeros(model.predict(x).shape().toArray());
        Dataset data = Dataset.of(x, y);
        double before = model.evaluate(data, meanSquaredError()).get("loss");
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.02))
                .epochs(20)
                .batchSize(8)
                .fit(data);
        assertThat(model.evaluate(data, meanSquaredError()).get("loss")).isLessThan(before / 4);
        byte[] bytes = RoundTrips.bytes(file -> Onnx.write(model, file));
        RoundTrips.close(RoundTrips.read(bytes).model().predict(x), model.predict(x), 1e-12);
    }
}

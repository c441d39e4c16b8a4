package rewind.nn.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Assume;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.ForeignNet;
import rewind.nn.fixture.ForeignSystem;
import rewind.nn.fixture.LayerKind;
import rewind.nn.fixture.Near;
import rewind.nn.format.Npz;
import rewind.nn.format.Safetensors;
import rewind.nn.layer.Layer;

/** Checkpoints of whole networks as PyTorch and Keras write them. */
class ModelWeightsProperties {
    private static final Near NEAR = Near.within(1e-11, 1e-14);

    private static Model model(ForeignNet net) {
        return Sequential.of(net.layers().toArray(Layer[]::new)).build(net.input(), 1);
    }

    private static ModelWeights weights(ForeignSystem system, Model model) {
        return system == ForeignSystem.PYTORCH ? ModelWeights.pytorch(model) : ModelWeights.keras(model);
    }

    private static Path written(Map<String, Tensor> tensors, boolean npz) throws IOException {
        Path file = Files.createTempFile("weights", npz ? ".npz" : ".safetensors");
        if (npz) {
            Npz.write(file, tensors);
        } else {
            Safetensors.of(new TreeMap<>(tensors)).write(file); // by name, as others do
        }
        return file;
    }

    /** One call; the model is then the other system's function. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aCheckpointIsLoaded(
            @ForAll ForeignSystem system, @ForAll LayerKind kind, @ForAll boolean npz, @ForAll long seed)
            throws IOException {
        Assume.that(system != ForeignSystem.ONNX && system.has(kind));
        ForeignNet net = new ForeignNet(system, kind, seed);
        Model model = model(net);
        Path file = written(net.tensors(), npz);
        try {
            WeightReport report = weights(system, model).load(file);

            assertThat(report.used().values().stream().flatMap(List::stream))
                    .containsExactlyInAnyOrderElementsOf(net.tensors().keySet());
            assertThat(report.missing()).isEmpty();
            assertThat(report.leftOver()).isEmpty();
            Tensor x = net.batch(3);
            NEAR.verify("output", model.predict(x), net.output(x));
        } finally {
            Files.delete(file);
        }
    }

    /** What is written under the names that were found is what was read, but for the sums of biases. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void aCheckpointIsWrittenBack(
            @ForAll ForeignSystem system, @ForAll LayerKind kind, @ForAll boolean npz, @ForAll long seed)
            throws IOException {
        Assume.that(system != ForeignSystem.ONNX && system.has(kind));
        ForeignNet net = new ForeignNet(system, kind, seed);
        Model model = model(net);
        WeightReport report = weights(system, model).load(net.tensors());
        Path file = written(Map.of(), npz);
        try {
            weights(system, model).modules(report.modules()).save(file);
            Map<String, Tensor> back =
                    npz ? Npz.read(file) : Safetensors.read(file).tensors();
            if (system == ForeignSystem.PYTORCH) {
                assertThat(back).containsOnlyKeys(net.tensors().keySet());
                back.forEach((name, value) -> {
                    if (!name.contains("bias_")) {
                        assertThat(value.toArray())
                                .containsExactly(net.tensors().get(name).toArray());
                    }
                });
            }
            Model same = model(net);
            weights(system, same).load(file);
            same.parameters().map((name, value) -> {
                assertThat(value.toArray())
                        .as(name)
                        .containsExactly(model.parameters().get(name).toArray());
                return value;
            });
        } finally {
            Files.delete(file);
        }
    }

    /** A tensor of another shape, one that is missing, one too many: refused by its name, and the model is as it was. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void whatDoesNotFitIsRefused(@ForAll ForeignSystem system, @ForAll LayerKind kind, @ForAll long seed) {
        Assume.that(system != ForeignSystem.ONNX && system.has(kind));
        ForeignNet net = new ForeignNet(system, kind, seed);
        Model model = model(net);
        List<String> names = List.copyOf(net.tensors().keySet());
        String name = names.get((int) Math.floorMod(seed, (long) names.size()));
        Map<String, Tensor> changed = new LinkedHashMap<>(net.tensors());
        switch ((int) Math.floorMod(seed / 7, 3L)) {
            case 0 -> changed.put(name, Tensor.zeros(97, 89));
            case 1 ->
                changed.put(
                        "other_thing" + (system == ForeignSystem.PYTORCH ? ".weight" : "/kernel"), Tensor.zeros(9, 8));
            default -> {
                if (name.contains("bias")
                        || name.contains("norm")
                        || name.contains("vars/2")
                        || name.contains("vars/1")) {
                    return; // may be left out
                }
                changed.remove(name);
            }
        }
        var before = model.parameters();
        IllegalArgumentException refused = org.assertj.core.api.Assertions.catchThrowableOfType(
                IllegalArgumentException.class, () -> weights(system, model).load(changed));

        assertThat(refused).isNotNull();
        assertThat(refused.getMessage()).startsWith(system == ForeignSystem.PYTORCH ? "pytorch: " : "keras: ");
        assertThat(model.parameters()).isSameAs(before);
    }
}

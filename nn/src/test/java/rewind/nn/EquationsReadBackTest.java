package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.autograd.reading.ReadBack;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;

/** What is printed of layers, read back and computed, gives their values, gradients, second derivatives and tangents. */
@Tag("once")
class EquationsReadBackTest {
    static Stream<Layer> layers() {
        return Stream.of(
                rnn(4).sequences(true),
                rnn(4),
                rnn(4).sequences(true).truncateChunks(2),
                rnn(4).sequences(true).truncateWindow(2),
                rnn(3).sequences(true).bidirectional(),
                gru(4).sequences(true),
                gru(4).sequences(true).resetAfter(true),
                gru(4).sequences(true).reversed(true),
                lstm(4).sequences(true),
                lstm(4),
                recurrent(MinimalGatedUnit::define, 4).sequences(true),
                Sequential.of(lstm(4).sequences(true), gru(3), dense(2)),
                Sequential.of(rnn(2).sequences(true).bidirectional(), rnn(3).layerNormalization(true)),
                Sequential.of(gru(3).sequences(true), layerNormalization(), dense(2, "softmax")));
    }

    /** The inputs of a model's program, and those of its derivatives, by the names that equations have for them. */
    private record Inputs(Model model) {
        /** The parts along the first axis of each stored parameter, in the order of the program's inputs; of one part it is the whole. */
        private Map<String, List<String>> stored() {
            Parameters parameters = model.parameters();
            Map<String, List<String>> parts = new LinkedHashMap<>();
            parameters
                    .names()
                    .forEach(name -> parts.computeIfAbsent(parameters.storedAs(name), key -> new ArrayList<>())
                            .add(name));
            return parts;
        }

        private String shortened(String name) {
            String last = last(name);
            long same = stored().keySet().stream()
                    .filter(each -> last(each).equals(last(stored(name))))
                    .count();
            return same == 1 ? last : name;
        }

        private String stored(String name) {
            return stored().entrySet().stream()
                    .filter(entry ->
                            entry.getKey().equals(name) || entry.getValue().contains(name))
                    .findFirst()
                    .orElseThrow()
                    .getKey();
        }

        private static String last(String name) {
            return name.substring(name.lastIndexOf('/') + 1);
        }

        /** What equations call the parts of a group of tensors, and their values. */
        Map<String, Tensor> named(List<Tensor> group, UnaryOperator<String> derived) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            addSteps(derived.apply("x"), group.get(0), all);
            int i = 1;
            for (Map.Entry<String, List<String>> each : stored().entrySet()) {
                Tensor value = group.get(i++);
                List<String> parts = each.getValue();
                all.put(path(shortened(each.getKey()), derived), value);
                for (int k = 0; parts.size() > 1 && k < parts.size(); k++) {
                    all.put(path(shortened(parts.get(k)), derived), value.select(0, k));
                }
            }
            return all;
        }

        private static String path(String name, UnaryOperator<String> derived) {
            return name.substring(0, name.length() - last(name).length()) + derived.apply(last(name));
        }

        void addSteps(String name, Tensor value, Map<String, Tensor> to) {
            to.put(name, value);
            if (value.shape().rank() == 3) {
                for (int t = 0; t < value.shape().size(1); t++) {
                    to.put(name + "⟨" + (t + 1) + "⟩", value.select(1, t));
                }
            }
        }
    }

    private static List<Tensor> random(List<Tensor> like, int seed) {
        List<Tensor> all = new ArrayList<>();
        for (Tensor each : like) {
            all.add(Tensor.randn(new Well19937c(seed + all.size()), each.shape().toArray())
                    .mul(0.4));
        }
        return all;
    }

    private static List<Tensor> joined(List<Tensor> first, List<Tensor> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static void check(
            Program program, List<Tensor> at, Map<String, Tensor> given, Map<String, Tensor> expected) {
        String text = program.equations().text();
        ReadBack read = ReadBack.of(text);
        given.forEach(read::given);
        Map<String, Tensor> values = read.values();
        int compared = 0;
        for (Map.Entry<String, Tensor> each : expected.entrySet()) {
            Tensor value = values.get(each.getKey());
            if (value != null) {
                compared++;
                assertThat(value.sub(each.getValue()).abs().max().toDouble())
                        .as("%s in %s", each.getKey(), text)
                        .isLessThan(1e-11);
            }
        }
        assertThat(compared).as(text).isGreaterThanOrEqualTo(at.size());
    }

    @ParameterizedTest
    @MethodSource("layers")
    void whatIsPrintedIsRight(Layer layer) {
        for (int steps : new int[] {1, 2, 5, 30}) {
            Model model = Model.build(layer, Shape.of(steps, 3), 1);
            Inputs inputs = new Inputs(model);
            Program program = model.program(2);
            List<Tensor> like = new ArrayList<>(List.of(Tensor.zeros(2, steps, 3)));
            like.addAll(model.parameters().values());
            List<Tensor> x = random(like, 1);
            Tensor A = program.run(x.toArray(new Tensor[0]));
            Map<String, Tensor> given = inputs.named(x, name -> name);
            Map<String, Tensor> output = new LinkedHashMap<>();
            inputs.addSteps("A", A, output);
            check(program, List.of(A), given, output);

            List<Tensor> v = random(like, 100);
            Map<String, Tensor> withTangents = new LinkedHashMap<>(given);
            withTangents.putAll(inputs.named(v, name -> "v" + name));
            Map<String, Tensor> tangent = new LinkedHashMap<>();
            inputs.addSteps("vA", program.tangent().runAll(joined(x, v)).get(0), tangent);
            check(program.tangent(), List.of(A), withTangents, tangent);

            List<Tensor> dA = random(List.of(A), 50);
            Map<String, Tensor> withCotangent = new LinkedHashMap<>(given);
            inputs.addSteps("dA", dA.get(0), withCotangent);
            List<Tensor> at = joined(x, dA);
            Program adjoint = program.adjoint();
            check(adjoint, x, withCotangent, inputs.named(adjoint.runAll(at), name -> "d" + name));

            Map<String, Tensor> withSecond = new LinkedHashMap<>(withCotangent);
            withSecond.putAll(inputs.named(v, name -> "dd" + name));
            List<Tensor> second = adjoint.adjoint().runAll(joined(at, v));
            Map<String, Tensor> expected = inputs.named(second, name -> "d" + name);
            inputs.addSteps("ddA", second.get(second.size() - 1), expected);
            check(adjoint.adjoint(), at, withSecond, expected);
        }
    }
}

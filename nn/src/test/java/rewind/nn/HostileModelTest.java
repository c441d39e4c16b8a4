package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.oneHot;
import static rewind.nn.Layers.timeDistributed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.format.FormatException;
import rewind.nn.format.Safetensors;
import rewind.nn.format.Work;

/** Files that somebody made to do harm: a clear and short error or a whole model, for work that the file's size bounds. */
@Tag("once")
class HostileModelTest {
    /** How much may be allocated for a byte of a file, and for a file at all. */
    private static final long PER_BYTE = 400;

    private static final long AT_ALL = 16L << 20;

    private static final List<Model> MODELS = List.of(
            Sequential.of(
                            lstm(2).sequences(true).layerNormalization(true).clipGradients(1),
                            timeDistributed(dense(2, "tanh")),
                            gru(2).bidirectional(),
                            dense(1))
                    .build(Shape.of(3, 2), 1)
                    .note("a", "b"),
            Sequential.of(embedding(3, 2).named("words"), Sequential.of(flatten(), dense(2)), activation("softmax"))
                    .build(Shape.of(2), -1, DType.FLOAT32),
            Sequential.of(oneHot(3), flatten(), dense(1)).build(Shape.of(2), 2));

    private static byte[] file(Map<String, Tensor> tensors, String description) {
        CRC32 crc = new CRC32();
        crc.update(description.getBytes(StandardCharsets.UTF_8));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("rewind.model", description);
        metadata.put("rewind.model.crc32", HexFormat.of().toHexDigits((int) crc.getValue()));
        return Safetensors.of(tensors, metadata).toBytes();
    }

    private static String description(Model model) {
        return ModelFile.content(model).metadata().get("rewind.model");
    }

    private static byte[] layers(String input, String layers) {
        return file(
                Map.of(),
                "{\"kind\":\"model\",\"version\":1,\"dtype\":\"FLOAT64\",\"seed\":1,\"input\":" + input
                        + ",\"frozen\":[],\"notes\":[],\"layer\":" + layers + "}");
    }

    /** Loads, or is refused in short words; neither takes more than the file's size allows. */
    private static boolean loads(byte[] file) throws IOException {
        boolean[] loaded = {false};
        Work work = Work.of(() -> {
            try {
                Model.load(file);
                loaded[0] = true;
            } catch (FormatException e) {
                for (Throwable each = e; each != null; each = each.getCause()) {
                    assertThat(String.valueOf(each.getMessage()).length()).isLessThan(3000);
                }
            }
        });
        assertThat(work.bytes()).as("allocated for %s bytes", file.length).isLessThan(PER_BYTE * file.length + AT_ALL);
        return loaded[0];
    }

    /** Descriptions with a few places changed, the checksum right: numbers become extreme, parts go, come twice, lie in each other. */
    @Test
    void thousandsOfMutants() throws IOException {
        Random random = new Random(1);
        int loaded = 0;
        for (int i = 0; i < 3_000; i++) {
            Model model = MODELS.get(i % MODELS.size());
            String text = description(model);
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                text = mutant(text, random);
            }
            loaded += loads(file(ModelFile.content(model).tensors(), text)) ? 1 : 0;
        }
        assertThat(loaded).as("some changes make another model").isBetween(30, 2_000);
    }

    private static String mutant(String text, Random random) {
        String[] tokens = text.split("(?<=[\\[\\]{}:,])|(?=[\\[\\]{}:,])", -1);
        int at = random.nextInt(tokens.length);
        String[] numbers = {
            "0",
            "1",
            "-1",
            "2",
            "7",
            "65536",
            "2147483647",
            "2147483648",
            "-2147483648",
            "9223372036854775807",
            "1e308",
            "-0.0",
            "NaN",
            "Infinity",
            "1.5",
            "true",
            "null",
            "\"tanh\"",
            "[]",
            "{}",
            "{\"kind\":\"flatten\"}"
        };
        switch (random.nextInt(4)) {
            case 0 -> tokens[at] = "";
            case 1 -> tokens[at] = tokens[at] + tokens[random.nextInt(tokens.length)];
            case 2 -> tokens[at] = tokens[random.nextInt(tokens.length)];
            default -> {
                while (!tokens[at].matches("-?\\d.*|true|false|\".*\"")) {
                    at = (at + 1) % tokens.length;
                }
                tokens[at] = numbers[random.nextInt(numbers.length)];
            }
        }
        return String.join("", tokens);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[10000000,1]",
                "[2147483647,1]",
                "[1,2147483647]",
                "[2147483647,2147483647]",
                "[0,1]",
                "[1000,1000,1000]",
                "[]"
            })
    void inputsOfAnySize(String input) throws IOException {
        for (Model model : MODELS) {
            String text = description(model).replaceFirst("\"input\":\\[[\\d,]*]", "\"input\":" + input);
            loads(file(ModelFile.content(model).tensors(), text));
        }
        String many = "{\"kind\":\"activation\",\"activation\":{\"kind\":\"tanh\"}},".repeat(1_000);
        loads(layers(input, "{\"kind\":\"sequential\",\"layers\":[" + many.substring(0, many.length() - 1) + "]}"));
    }

    /** The steps of a sequence cost nothing either, though there may be many. */
    @Test
    void longSequencesAreLoaded() throws IOException {
        String text = description(MODELS.get(0)).replace("\"input\":[3,2]", "\"input\":[10000000,2]");
        byte[] file = file(ModelFile.content(MODELS.get(0)).tensors(), text);
        Model model = Model.load(file);
        assertThat(model.input()).isEqualTo(Shape.of(10_000_000, 2));
        assertThat(model.applied().get(0).output()).isEqualTo(Shape.of(10_000_000, 2));
        assertThat(loads(file)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 98, 99, 100, 480, 3_000, 100_000})
    void layersInEachOther(int depth) throws IOException {
        String nested = "{\"kind\":\"sequential\",\"layers\":[".repeat(depth) + "]}".repeat(depth);
        assertThat(loads(layers("[2]", nested))).isEqualTo(depth < 100);
        String named = "{\"kind\":\"named\",\"name\":\"n\",\"layer\":".repeat(depth) + "{\"kind\":\"flatten\"}"
                + "}".repeat(depth);
        assertThat(loads(layers("[2]", named))).isEqualTo(depth < 99);
        assertThat(loads(layers("[2]", "[".repeat(depth) + "]".repeat(depth)))).isFalse();
    }

    /** What cannot be loaded is not saved. */
    @Test
    void layersInEachOtherAreSavedOnlyIfTheyCanBeLoaded() throws IOException {
        Sequential layer = Sequential.of(dense(1));
        for (int depth = 1; depth < 96; depth++) {
            layer = Sequential.of(layer);
        }
        Model deepest = layer.build(Shape.of(2), 1);
        assertThat(Model.load(deepest.toBytes()).parameters().stored())
                .isEqualTo(deepest.parameters().stored());
        Model deeper = Sequential.of(Sequential.of(Sequential.of(layer))).build(Shape.of(2), 1);
        assertThatThrownBy(deeper::toBytes)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("description: layers and their parts must lie in each other at most 100 deep");
    }

    @Test
    void manyOfEverything() throws IOException {
        String tanh = "{\"kind\":\"activation\",\"activation\":{\"kind\":\"tanh\"}},";
        String layers = tanh.repeat(30_000);
        assertThat(loads(layers(
                        "[2]",
                        "{\"kind\":\"sequential\",\"layers\":[" + layers.substring(0, layers.length() - 1) + "]}")))
                .isTrue();
        StringBuilder notes = new StringBuilder();
        for (int i = 0; i < 20_001; i++) {
            notes.append(i == 0 ? "" : ",").append("{\"kind\":\"note\",\"name\":\"" + i + "\",\"text\":\"t\"}");
        }
        String text = description(MODELS.get(2));
        byte[] file = file(
                ModelFile.content(MODELS.get(2)).tensors(), text.replace("\"notes\":[]", "\"notes\":[" + notes + "]"));
        assertThat(loads(file)).isTrue();
        assertThat(Model.load(file).notes()).hasSize(20_001);
        String frozen = "\"dense/U\",".repeat(20_000) + "\"dense/b\"";
        assertThat(loads(file(
                        ModelFile.content(MODELS.get(2)).tensors(),
                        text.replace("\"frozen\":[]", "\"frozen\":[" + frozen + "]"))))
                .isTrue();
    }

    /** The names of layers precede those of all that lies in them. */
    @Test
    void longTexts() throws IOException {
        String tanh = "{\"kind\":\"activation\",\"activation\":{\"kind\":\"tanh\"}},";
        String layers = "{\"kind\":\"sequential\",\"layers\":[" + tanh.repeat(1_000) + "{\"kind\":\"flatten\"}]}";
        for (int length : new int[] {10, 3_900, 4_001, 300_000}) {
            String long_ = "x".repeat(length);
            boolean fits = length < 4_000;
            assertThat(loads(layers(
                            "[2]",
                            "{\"kind\":\"sequential\",\"layers\":[{\"kind\":\"named\",\"name\":\"" + long_
                                    + "\",\"layer\":" + layers + "}]}")))
                    .isEqualTo(fits);
            for (Model model : MODELS) {
                String text = description(model);
                for (String place : text.split("\"", -1)) {
                    if (place.matches("[a-zA-Z]+")) {
                        loads(file(ModelFile.content(model).tensors(), text.replace(place, long_)));
                    }
                }
            }
        }
    }

    // ---- guards ----

    @Test
    void anExhaustedHeapOrStackIsTold() throws IOException {
        String huge = "huge";
        byte[] file =
                Sequential.of(function(huge, x -> x)).build(Shape.of(1), 1).toBytes();
        assertThatThrownBy(() -> Model.load(file, Registry.of().function(huge, x -> {
                    throw new OutOfMemoryError("Java heap space");
                })))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage("model: the model does not fit into the heap; use a larger -Xmx")
                .hasCauseInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> Model.load(file, Registry.of().function(huge, HostileModelTest::forEver)))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage("model: the layers lie in each other too deep for this thread's stack; use a larger -Xss")
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    @SuppressWarnings("InfiniteRecursion") // that is what is looked for
    private static Tensor forEver(Tensor x) {
        return forEver(x).neg();
    }
}

package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.gru;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.format.FormatException;
import rewind.nn.format.Safetensors;

/** Files that are damaged, or that somebody made up: a clear error or a whole model, never anything else. */
@Tag("once")
class DamagedModelTest {
    private final Model model = Sequential.of(embedding(3, 2), gru(1), dense(1, "tanh"))
            .build(Shape.of(2), 7, DType.FLOAT32)
            .note("n", "m");
    private final Safetensors content = ModelFile.content(model);
    private final String text = content.metadata().get("rewind.model");

    @TempDir
    Path directory;

    @Test
    void everyDamagedByte() throws IOException {
        byte[] whole = content.toBytes();
        Path file = directory.resolve("damaged");
        int refused = 0;
        int loaded = 0;
        for (int i = 0; i < whole.length; i++) {
            for (int value : new int[] {whole[i] ^ 1, whole[i] ^ 0x80, '9', '"'}) {
                if ((byte) value != whole[i]) {
                    byte[] damaged = whole.clone();
                    damaged[i] = (byte) value;
                    Files.write(file, damaged);
                    if (loads(file)) {
                        loaded++;
                    } else {
                        refused++;
                    }
                }
            }
        }
        int numbers = (int) model.parameters().count() * Float.BYTES;
        assertThat(loaded).as("damaged numbers, and little beside them").isBetween(numbers * 3, numbers * 4 + 50);
        assertThat(refused).isGreaterThan(3 * (whole.length - numbers) - 50);
    }

    /** Whether a model can be loaded; it is then that model, but for its numbers. Everything else is a FormatException of the file. */
    private boolean loads(Path file) throws IOException {
        Model found;
        try {
            found = Model.load(file);
        } catch (FormatException e) {
            assertThat(e).hasMessageStartingWith(file.toString());
            return false;
        }
        assertThat(found.layer().description()).isEqualTo(model.layer().description());
        assertThat(found.summary()).isEqualTo(model.summary());
        assertThat(found.seed()).isEqualTo(model.seed());
        assertThat(found.notes()).isEqualTo(model.notes());
        return true;
    }

    @Test
    void everyTruncation() throws IOException {
        byte[] whole = content.toBytes();
        Path file = directory.resolve("truncated");
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(loads(file)).isFalse();
        }
    }

    /** With a checksum that is right, so that the description itself must be looked at. */
    @Test
    void everyDamagedLetterOfTheDescription() {
        for (int i = 0; i < text.length(); i++) {
            for (char letter : new char[] {'0', '9', '-', '"', '{', ']', ',', 'x', '\u0000', 'é'}) {
                String changed = text.substring(0, i) + letter + text.substring(i + 1);
                try {
                    ModelFile.model(with(changed), Registry.of());
                } catch (IllegalArgumentException e) {
                    assertThat(e).message().isNotBlank();
                }
            }
        }
    }

    private Safetensors with(String description) {
        CRC32 crc = new CRC32();
        crc.update(description.getBytes(StandardCharsets.UTF_8));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("rewind.model", description);
        metadata.put("rewind.model.crc32", HexFormat.of().toHexDigits((int) crc.getValue()));
        return Safetensors.of(content.tensors(), metadata);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"version\":1 | \"version\":2 | the description must be of version 1, got 2",
                "\"version\":1 | \"version\":\"1\" | model: option version must be a whole number, got 1",
                "\"seed\":7, | `` | the description must have",
                "\"seed\":7 | \"seed\":7,\"other\":7 | the description must have",
                "\"seed\":7 | \"seed\":7.5 | model: option seed must be a whole number, got 7.5",
                "\"FLOAT32\" | \"FLOAT16\" | the element type must be one of [FLOAT64, FLOAT32], got FLOAT16",
                "\"FLOAT32\" | \"FLOAT64\" | parameter embedding/E must be of type FLOAT64, got FLOAT32",
                "\"input\":[2] | \"input\":[-2] | the input cannot have the sizes [-2]",
                "\"input\":[2] | \"input\":[\"2\"] | model: option input must be a list of Long, got 2",
                "\"input\":[2] | \"input\":[2,3] | embedding, given samples [2, 3]: a sample must be ids",
                "\"frozen\":[] | \"frozen\":[\"lstm\"] | model: there must be parameters lstm among [embedding/E",
                "\"dense\" | \"capsule\" | layer capsule must be one of [activation, additiveAttention, b",
                "\"dense\",\"units\":1 | \"dense\",\"units\":2 | dense, given samples [1]: parameter dense/U has the shape"
                        + " [1, 1], but the input needs [1, 2]",
                "\"dense\",\"units\":1 | \"dense\",\"units\":2000000000 | dense, given samples [1]: parameter dense/U has the"
                        + " shape [1, 1], but the input needs [1, 2000000000]",
                "\"dense\",\"units\":1 | \"dense\",\"units\":-1 | dense: units must be positive, got -1",
                "\"dense\",\"units\":1 | \"dense\",\"units\":4294967297 | dense: option units must fit into 32 bits, got"
                        + " 4294967297",
                "\"dense\",\"units\":1 | \"dense\" | dense: option units is missing, it must be a whole number",
                "\"dense\",\"units\":1 | \"dense\",\"units\":1,\"size\":1 | dense: option size must be one of [units,"
                        + " activation, initializer, bias]",
                "\"dense\",\"units\":1 | \"dense\",\"units\":1,\"units\":1 | the description must be JSON: Duplicate field 'units'",
                "{\"kind\":\"tanh\"},\"initializer\":{\"kind\":\"xavier\"},\"bias\":true | "
                        + "{\"kind\":\"tan\"},\"initializer\":{\"kind\":\"xavier\"},\"bias\":true | activation tan must be one of",
                "{\"kind\":\"xavier\"} | {\"kind\":\"xavier\",\"gain\":1} | initializer Description[kind=xavier,"
                        + " options={gain=1}] must not have such options",
                "{\"kind\":\"xavier\"} | {\"kind\":\"he\"} | initializer he must be constant, normal, uniform or one of"
                        + " [glorotUniform",
                "\"bias\":true,\"resetAfter\":false | \"bias\":false,\"resetAfter\":false | parameters must be named"
                        + " [embedding/E, gru/U, gru/V, dense/U, dense/b], got",
                "\"resetAfter\":false | \"resetAfter\":true | gru, given samples [2, 2]: parameter gru/chh is missing, there"
                        + " are [embedding/E, gru/U, gru/V, gru/b, dense/U, dense/b]",
                "\"name\":\"gru\" | \"name\":\"cell\" | cell, given samples [2, 2]: parameter cell/U is missing",
                "\"text\":\"m\" | \"text\":null | a description must not have null",
                "{\"kind\":\"model\" | {\"kind\":\"mode\" | a model must be described, got mode"
            })
    void madeUp(String from, String to, String message) {
        assertThat(text).contains(from);
        assertThatThrownBy(() -> ModelFile.model(with(text.replace(from, to)), Registry.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({"2000000000", "2147483647", "9223372036854775807"})
    void absurdInputs(String size) throws IOException {
        Path file = directory.resolve("absurd");
        Model dense = Sequential.of(dense(1)).build(Shape.of(3, 3), 1);
        String described = ModelFile.content(dense).metadata().get("rewind.model");
        for (String input : new String[] {"[" + size + ",3]", "[3," + size + "]", "[" + size + "," + size + "]"}) {
            with(described.replace("[3,3]", input)).write(file);
            assertThatThrownBy(() -> Model.load(file)).isExactlyInstanceOf(FormatException.class);
        }
    }

    @Test
    void tensorsThatDoNotBelong() {
        Map<String, Tensor> more = new LinkedHashMap<>(content.tensors());
        more.put("more", Tensor.zeros(DType.FLOAT32, 1));
        assertThatThrownBy(() -> ModelFile.model(Safetensors.of(more, content.metadata()), Registry.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("parameters must be named [embedding/E, gru/U, gru/V, gru/b, dense/U, dense/b], got"
                        + " [embedding/E, gru/U, gru/V, gru/b, dense/U, dense/b, more]");
    }

    @Test
    void aWrongChecksum() {
        Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
        metadata.put("rewind.model", text.replace("\"m\"", "\"o\""));
        assertThatThrownBy(() -> ModelFile.model(Safetensors.of(content.tensors(), metadata), Registry.of()))
                .hasMessage("the description of the model is damaged");
    }
}

package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Tensor;

/** What is wrong with a file, in exact words. */
class SafetensorsMessagesTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource({"starts", "headers", "metadata", "entries", "layouts", "values"})
    void isRefused(String message, byte[] file) {
        assertThatThrownBy(() -> Safetensors.read(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage("safetensors: " + message);
    }

    private static Arguments file(String message, long length, byte[] header, int data) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + data).order(ByteOrder.LITTLE_ENDIAN);
        return arguments(message, bytes.putLong(length).put(header).array());
    }

    private static Arguments header(String message, String header, int data) {
        byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
        return file(message, bytes.length, bytes, data);
    }

    private static Arguments header(String message, String header) {
        return header(message, header, 0);
    }

    /** A tensor 'a' with these fields. */
    private static Arguments entry(String message, String fields, int data) {
        return header(message, "{\"a\":{" + fields + "}}", data);
    }

    private static String tensor(String name, String dtype, String shape, long begin, long end) {
        return String.format(
                Locale.ROOT,
                "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s,%s]}",
                name,
                dtype,
                shape,
                begin,
                end);
    }

    static List<Arguments> starts() {
        return List.of(
                arguments("must begin with the header's length in 8 bytes, has 0", new byte[0]),
                arguments("must begin with the header's length in 8 bytes, has 7", new byte[7]),
                file("header: must begin with {", 0, new byte[0], 0),
                file("header: its length is 3, but only 2 bytes follow", 3, new byte[2], 0),
                file("header: its length is 100000000, but only 2 bytes follow", 100_000_000, new byte[2], 0),
                file("header: its length must be at most 100000000, got 100000001", 100_000_001, new byte[2], 0),
                file("header: its length must be at most 100000000, got 18446744073709551615", -1, new byte[2], 0),
                file(
                        "header: its length must be at most 100000000, got 9223372036854775808",
                        Long.MIN_VALUE,
                        new byte[2],
                        0));
    }

    static List<Arguments> headers() {
        return List.of(
                header("header: must begin with {", " {}"),
                header("header: must begin with {", "[]"),
                header("header: nothing but spaces may follow the object", "{} {}"),
                file("header: must be UTF-8, is not at byte 2", 5, new byte[] {'{', '"', (byte) 0xff, '"', '}'}, 0),
                file(
                        "header: must be UTF-8, is not at byte 2",
                        6,
                        new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', '}'},
                        0),
                header(
                        "header: __metadata__ 'a': must be Unicode, has a lone surrogate",
                        "{\"__metadata__\":{\"a\":\"\\ud800\"}}"),
                header(
                        "header: must be JSON, but at character 8: Unexpected low surrogate in field name: 0xdc00",
                        "{\"\\udc00\":1}"),
                header(
                        "header: must be JSON, but at character 5: Unexpected character ('}' (code 125)): expected a"
                                + " value",
                        "{\"a\":}"));
    }

    static List<Arguments> metadata() {
        return List.of(
                header("header: __metadata__: must be an object", "{\"__metadata__\":1}"),
                header("header: __metadata__: must be an object", "{\"__metadata__\":null}"),
                header("header: __metadata__ 'a': must be a string", "{\"__metadata__\":{\"a\":1}}"),
                header("header: __metadata__ 'a': must be a string", "{\"__metadata__\":{\"a\":{}}}"),
                header("header: __metadata__ 'a' is there twice", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}"),
                header("header: __metadata__ is there twice", "{\"__metadata__\":{},\"__metadata__\":{}}"));
    }

    static List<Arguments> entries() {
        String good = "\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]";
        String types = "[F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL]";
        return List.of(
                header("header: tensor 'a': must be an object", "{\"a\":[]}"),
                header("header: tensor 'a' is there twice", "{\"a\":{" + good + "},\"a\":{" + good + "}}", 8),
                entry(
                        "header: tensor 'a': the fields must be dtype, shape and data_offsets, got 'x'",
                        good + ",\"x\":1",
                        8),
                entry("header: tensor 'a': shape is there twice", good + ",\"shape\":[1]", 8),
                entry("header: tensor 'a': dtype is missing", "\"shape\":[1],\"data_offsets\":[0,8]", 8),
                entry("header: tensor 'a': shape is missing", "\"dtype\":\"F64\",\"data_offsets\":[0,8]", 8),
                entry("header: tensor 'a': data_offsets is missing", "\"dtype\":\"F64\",\"shape\":[1]", 8),
                entry("header: tensor 'a': dtype: must be a string", good.replace("\"F64\"", "64"), 8),
                entry("header: tensor 'a': shape: must be an array of integers from 0", good.replace("[1]", "1"), 8),
                entry(
                        "header: tensor 'a': shape: must be an array of integers from 0",
                        good.replace("[1]", "[1.0]"),
                        8),
                entry(
                        "header: tensor 'a': shape: must be an array of integers from 0",
                        good.replace("[1]", "[[1]]"),
                        8),
                entry(
                        "header: tensor 'a': shape: a number must lie in 0 … 2^63 - 1, got '-1'",
                        good.replace("[1]", "[-1]"),
                        8),
                entry(
                        "header: tensor 'a': shape: a number must lie in 0 … 2^63 - 1, got '9223372036854775808'",
                        good.replace("[1]", "[9223372036854775808]"),
                        8),
                entry(
                        "header: tensor 'a': a size of the shape must be at most 2147483647, got 2147483648",
                        good.replace("[1]", "[2147483648]"),
                        8),
                entry(
                        "header: tensor 'a': at most 2147483647 elements fit into a tensor, got the shape [65536, 32768]",
                        good.replace("[1]", "[65536,32768]"),
                        8),
                entry(
                        "header: tensor 'a': at most 2147483647 elements fit into a tensor, got the shape [2147483647,"
                                + " 2147483647, 2147483647]",
                        good.replace("[1]", "[2147483647,2147483647,2147483647]"),
                        8),
                entry(
                        "header: tensor 'a': shape and dtype need 16 bytes, data_offsets give 8",
                        good.replace("[1]", "[2]"),
                        8),
                entry(
                        "header: tensor 'a': data_offsets must be begin and end, got [8, 0]",
                        good.replace("[0,8]", "[8,0]"),
                        8),
                entry(
                        "header: tensor 'a': data_offsets must be begin and end, got 1 numbers",
                        good.replace("[0,8]", "[8]"),
                        8),
                entry(
                        "header: tensor 'a': data_offsets must be begin and end, got 3 numbers",
                        good.replace("[0,8]", "[0,8,8]"),
                        8),
                entry(
                        "header: tensor 'a': data_offsets: a number must lie in 0 … 2^63 - 1, got '-8'",
                        good.replace("[0,8]", "[-8,0]"),
                        8),
                entry(
                        "header: tensor 'a': dtype must be one of " + types + ", got 'F8_E4M3'",
                        good.replace("F64", "F8_E4M3"),
                        8),
                entry(
                        "header: tensor 'a': dtype must be one of " + types + ", got 'f64'",
                        good.replace("F64", "f64"),
                        8));
    }

    static List<Arguments> layouts() {
        String a = tensor("a", "F64", "[1]", 0, 8);
        return List.of(
                header("tensor 'a': ends at byte 8 of the data, but there are only 7", "{" + a + "}", 7),
                header("the tensors must fill the data, 8 of 9 bytes are used", "{" + a + "}", 9),
                header("the tensors must fill the data, 0 of 1 bytes are used", "{}", 1),
                header(
                        "tensor 'b': begins at byte 4 of the data, before the end of another tensor at 8",
                        "{" + tensor("b", "F32", "[1]", 4, 8) + "," + a + "}",
                        8),
                header(
                        "tensor 'b': begins at byte 12 of the data, and nothing uses the bytes from 8",
                        "{" + a + "," + tensor("b", "F32", "[1]", 12, 16) + "}",
                        16),
                header(
                        "header: tensor 'b': shape and dtype need 8 bytes, data_offsets give 4",
                        "{" + a + "," + tensor("b", "F32", "[2]", 8, 12) + "}",
                        12),
                header(
                        "tensor 'b': ends at byte 9223372036854775807 of the data, but there are only 8",
                        "{" + a + "," + tensor("b", "U8", "[1]", Long.MAX_VALUE - 1, Long.MAX_VALUE) + "}",
                        8));
    }

    static List<Arguments> values() {
        return List.of(
                arguments(
                        "tensor 'a': an element of type I64 must lie in -9007199254740992 … 9007199254740992 to be held"
                                + " exactly, element 1 is 9007199254740993",
                        twoLongs("I64", (1L << 53) + 1)),
                arguments(
                        "tensor 'a': an element of type I64 must lie in -9007199254740992 … 9007199254740992 to be held"
                                + " exactly, element 1 is -9223372036854775808",
                        twoLongs("I64", Long.MIN_VALUE)),
                arguments(
                        "tensor 'a': an element of type U64 must lie in 0 … 9007199254740992 to be held"
                                + " exactly, element 1 is 18446744073709551615",
                        twoLongs("U64", -1)),
                arguments(
                        "tensor 'a': an element of type BOOL must lie in 0 … 1 to be held exactly, element 8 is 2",
                        twoLongs("BOOL", 2)));
    }

    /** A tensor of 16 bytes, the first 8 of them 0. */
    private static byte[] twoLongs(String type, long second) {
        String shape = type.equals("BOOL") ? "[16]" : "[2]";
        byte[] header = ("{" + tensor("a", type, shape, 0, 16) + "}").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + 16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .putLong(0)
                .putLong(second)
                .array();
    }

    @Test
    void aFileIsNamed() throws IOException {
        Path file = Files.write(directory.resolve("model.safetensors"), new byte[3]);
        assertThatThrownBy(() -> Safetensors.read(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage(file + ": must begin with the header's length in 8 bytes, has 3");
        assertThatThrownBy(() -> Safetensors.read(directory.resolve("none")))
                .isExactlyInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aLongNameIsCutInMessages() {
        String header = "{\"" + "n".repeat(1_000_000) + "\":1}";
        Object[] file = header("", header).get();
        assertThatThrownBy(() -> Safetensors.read((byte[]) file[1]))
                .hasMessage("safetensors: header: tensor '" + "n".repeat(100) + "…': must be an object");
    }

    /** Between characters, of which some are two of Java's. */
    @Test
    void textsAreCutBetweenCharacters() {
        String name = "n".repeat(98);
        assertThat(FormatException.quoted(name + "\uD83D\uDE00")).isEqualTo("'" + name + "\uD83D\uDE00'");
        assertThat(FormatException.quoted(name + "\uD83D\uDE00n")).isEqualTo("'" + name + "\uD83D\uDE00…'");
        assertThat(FormatException.quoted(name + "n\uD83D\uDE00")).isEqualTo("'" + name + "n…'");
        assertThat(FormatException.text("%s of %s", "n".repeat(501), 2L)).isEqualTo("n".repeat(500) + "… of 2");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void contentIsRefused(String message, Map<String, Tensor> tensors, Map<String, String> metadata) {
        assertThatThrownBy(() -> Safetensors.of(tensors, metadata))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("safetensors: " + message);
    }

    static List<Arguments> contentIsRefused() {
        String surrogate = "names and metadata must be Unicode, got a lone surrogate in 'x\ud800'";
        return List.of(
                arguments("a tensor must not be named __metadata__", Map.of("__metadata__", Tensor.of(1)), Map.of()),
                arguments(
                        "a tensor must have at most 64 axes, as in NumPy, got 65",
                        Map.of(
                                "x",
                                Tensor.zeros(Collections.nCopies(65, 1).stream()
                                        .mapToInt(one -> one)
                                        .toArray())),
                        Map.of()),
                arguments(surrogate, Map.of("x\ud800", Tensor.of(1)), Map.of()),
                arguments(surrogate, Map.of(), Map.of("x\ud800", "")),
                arguments(surrogate, Map.of(), Map.of("", "x\ud800")));
    }

    @Test
    void thereIsNoSuchTensor() {
        assertThatThrownBy(() -> Safetensors.of(Map.of("a", Tensor.of(1))).tensor("b"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("safetensors: there is no tensor 'b', only [a]");
    }

    @Test
    void aHeaderHasALimit() {
        Safetensors longest = Safetensors.of(Map.of(), Map.of("k", "v".repeat(100_000_000 - 25)));
        assertThat(longest.toBytes()).hasSize(8 + 100_000_000);
        Safetensors content = Safetensors.of(Map.of(), Map.of("k", "v".repeat(100_000_000)));
        assertThatThrownBy(content::toBytes)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "safetensors: names and metadata must fit into a header of 100000000 bytes, need 100000032");
    }
}

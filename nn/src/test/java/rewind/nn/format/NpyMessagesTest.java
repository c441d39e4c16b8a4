package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Tensor;

/** What is wrong with an npy file, in exact words. */
class NpyMessagesTest {
    private static final String GOOD = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"starts", "dictionaries", "fields"})
    void isRefused(String message, byte[] file) {
        assertThatThrownBy(() -> Npy.read(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage("npy: " + message);
    }

    private static Arguments header(String message, String header) {
        return arguments("header: " + message, NpyProperties.file(1, header, new byte[8]));
    }

    private static byte[] changed(int position, int value) {
        byte[] file = NpyProperties.file(2, GOOD, new byte[8]);
        file[position] = (byte) value;
        return file;
    }

    private static byte[] blank(int length) {
        return NpyProperties.file(2, " ".repeat(length));
    }

    static List<Arguments> starts() {
        byte[] good = NpyProperties.file(1, GOOD, new byte[8]);
        byte[] longest = NpyProperties.file(3, "é" + " ".repeat(70_000));
        byte[] latin = NpyProperties.file(3, "{'x");
        latin[14] = (byte) 0xe9;
        return List.of(
                arguments("must begin with \\x93NUMPY and a version, has 7 bytes", Arrays.copyOf(good, 7)),
                arguments("must begin with \\x93NUMPY", "PK and some more".getBytes(StandardCharsets.US_ASCII)),
                arguments("the version must be 1.0, 2.0 or 3.0, got 4.0", changed(6, 4)),
                arguments("the version must be 1.0, 2.0 or 3.0, got 0.0", changed(6, 0)),
                arguments("the version must be 1.0, 2.0 or 3.0, got 2.1", changed(7, 1)),
                arguments("header: its length must have 2 bytes, has 0", Arrays.copyOf(good, 8)),
                arguments("header: its length must have 2 bytes, has 1", Arrays.copyOf(good, 9)),
                arguments("header: must have { at character 0, got its end", NpyProperties.file(1, "")),
                arguments("header: must have { at character 65535, got its end", blank(65_535)),
                arguments("header: its length must be at most 65535, got 65536", blank(65_536)),
                arguments("header: its length is 57, but only 5 bytes follow", Arrays.copyOf(good, 15)),
                arguments("header: its length must be at most 65535, got 70002", longest),
                arguments("header: its length must be at most 65535, got 4278190137", changed(11, 0xff)),
                arguments("header: must be UTF-8, is not at byte 2", latin),
                arguments(
                        "shape and descr need 17179869176 bytes of data, got 8",
                        NpyProperties.file(1, GOOD.replace("1,", "2147483647,"), new byte[8])),
                arguments("shape and descr need 8 bytes of data, got 7", Arrays.copyOf(good, good.length - 1)),
                arguments("shape and descr need 8 bytes of data, got 9", Arrays.copyOf(good, good.length + 1)));
    }

    static List<Arguments> dictionaries() {
        return List.of(
                header("must have { at character 0, got its end", ""),
                header("must have { at character 0, got '[]'", "[]"),
                header("must have a string at character 1, got its end", "{"),
                header("must have a string at character 1, got 'descr}'", "{descr}"),
                header("must have a string at character 1, got 'u'", "{u"),
                header("must have a string that ends at character 1, got ''descr'", "{'descr"),
                header("must have a string without backslashes at character 1, got ''a\\'b'}'", "{'a\\'b'}"),
                header("must have a string without backslashes at character 1, got ''\\'}'", "{'\\'}"),
                header("must have : at character 4, got ', 'b'}'", "{'a', 'b'}"),
                header("must have } at character 9, got ''b': ''}'", "{'a': '' 'b': ''}"),
                header(
                        "must have a string, True, False or a tuple of integers at character 6, got 'None}'",
                        "{'a': None}"),
                header("must have nothing more at character 3, got 'x'", "{} x"),
                header("must have a comma after the only number of a tuple at character 8, got ')}'", "{'a': (3)}"),
                header("must have a comma after the only number of a tuple at character 8, got its end", "{'a': (3"),
                header("must have ) at character 11, got '5)}'", "{'a': (3,4 5)}"),
                header("must have an integer from 0, of at most 18 digits at character 7, got '-3,)}'", "{'a': (-3,)}"),
                header(
                        "must have an integer from 0, of at most 18 digits at character 7, got '1000000000000000000,)}'",
                        "{'a': (1000000000000000000,)}"),
                header("must have ) at character 10, got 'l)}'", "{'a': (3,4l)}"),
                header("must have ) at character 11, got 'L)}'", "{'a': (3,4LL)}"),
                header("'a' is there twice", "{'a': '', 'a': ''}"));
    }

    static List<Arguments> fields() {
        String must = "must have descr (a string), fortran_order (True or False) and shape (a tuple), got ";
        String types = "descr must be < or > and one of f8, f4, f2, i8, u8, i4, u4, i2, u2, or |i1, |u1, |b1, got ";
        return List.of(
                header(must + "{}", "{}"),
                header(must + "{'descr' (a string), 'shape' (a tuple)}", "{'descr': '<f8', 'shape': (1,)}"),
                header(
                        must + "{'descr' (a string), 'fortran_order' (a tuple), 'shape' (a tuple)}",
                        GOOD.replace("False", "()")),
                header(
                        must + "{'descr' (a string), 'fortran_order' (a truth value), 'shape' (a string)}",
                        GOOD.replace("(1,)", "''")),
                header(
                        must
                                + "{'descr' (a string), 'fortran_order' (a truth value), 'shape' (a tuple), 'x' (a string)}",
                        GOOD.replace(", }", ", 'x': ''}")),
                header(types + "''", GOOD.replace("<f8", "")),
                header(types + "'|f8'", GOOD.replace("<f8", "|f8")),
                header(types + "'=f8'", GOOD.replace("<f8", "=f8")),
                header(types + "'<c16'", GOOD.replace("<f8", "<c16")),
                header(types + "'|O'", GOOD.replace("<f8", "|O")),
                header("shape must have at most 64 axes, got 65", GOOD.replace("(1,)", "(" + "1,".repeat(65) + ")")),
                header(
                        "a size of the shape must be at most 2147483647, got 2147483648",
                        GOOD.replace("1,", "2147483648,")),
                header(
                        "a size of the shape must be at most 2147483647, got 999999999999999999",
                        GOOD.replace("1,", "9".repeat(18) + ",")),
                header(
                        "at most 2147483647 elements fit into a tensor, got the shape [65536, 32768]",
                        GOOD.replace("1,", "65536, 32768")));
    }

    @Test
    void numpyHasAtMost64Axes() throws IOException {
        int[] most = new int[64];
        Arrays.fill(most, 1);
        assertThat(Npy.read(Npy.toBytes(Tensor.zeros(most))).rank()).isEqualTo(64);
        int[] sizes = new int[65];
        Arrays.fill(sizes, 1);
        assertThatThrownBy(() -> Npy.toBytes(Tensor.zeros(sizes)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("npy: a tensor must have at most 64 axes, as in NumPy, got 65");
    }
}

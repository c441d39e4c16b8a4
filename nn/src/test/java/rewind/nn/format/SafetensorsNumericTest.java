package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no tensor can hold does not hide the rest of a file; damage is never left out. */
class SafetensorsNumericTest {
    /** In the order of the header; the data are in another one. */
    private static final String HEADER = "{\"__metadata__\":{\"k\":\"v\"},"
            + "\"last\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[26,30]},"
            + "\"eighths\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[8,10]},"
            + "\"large\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[10,18]},"
            + "\"first\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]},"
            + "\"many\":{\"dtype\":\"F64\",\"shape\":[0,3000000000],\"data_offsets\":[18,18]},"
            + "\"small\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[18,26]}}";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("x.safetensors");
    }

    private void write(String header, int length) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[8 + text.length + length];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .putDouble(1.5)
                .putShort((short) -1)
                .putLong(Long.MAX_VALUE)
                .putLong(-7)
                .putFloat(2.5f);
        Files.write(file, bytes);
    }

    @Test
    void whatCanBeHeldIsRead() throws IOException {
        write(HEADER, 30);
        Safetensors numeric = Safetensors.readNumeric(file);
        assertThat(List.copyOf(numeric.tensors().keySet())).isEqualTo(List.of("last", "first", "small"));
        assertThat(Bits.of(numeric.tensors()))
                .isEqualTo("last: FLOAT32 [1] 40200000\nfirst: FLOAT64 [] 3ff8000000000000\n"
                        + "small: FLOAT64 [1] c01c000000000000\n");
        assertThat(numeric.metadata()).hasToString("{k=v}");
        assertThat(Safetensors.names(file)).containsExactly("last", "eighths", "large", "first", "many", "small");
        for (String name : List.of("last", "first", "small")) {
            assertThat(Bits.of(Safetensors.read(file, name))).isEqualTo(Bits.of(numeric.tensor(name)));
        }
    }

    @Test
    void whatCannotIsRefusedByName() throws IOException {
        write(HEADER, 30);
        refuses(
                "eighths",
                "header: tensor 'eighths': dtype must be one of [F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8,"
                        + " BOOL], got 'F8_E4M3'");
        refuses(
                "large",
                "tensor 'large': an element of type I64 must lie in -9007199254740992 … 9007199254740992 to be held"
                        + " exactly, element 0 is 9223372036854775807");
        refuses("many", "header: tensor 'many': a size of the shape must be at most 2147483647, got 3000000000");
        assertThatThrownBy(() -> Safetensors.read(file, "none"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("safetensors: there is no tensor 'none', only [last, eighths, large, first, many, small]");
    }

    private void refuses(String name, String message) {
        assertThatThrownBy(() -> Safetensors.read(file, name))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage(file + ": " + message);
    }

    @Test
    void damageIsNotLeftOut() throws IOException {
        write(HEADER.replace("\"F32\"", "\"F64\""), 30);
        refusesNumeric("header: tensor 'last': shape and dtype need 8 bytes, data_offsets give 4");
        refuses("last", "header: tensor 'last': shape and dtype need 8 bytes, data_offsets give 4");
        write(HEADER, 31);
        refusesNumeric("the tensors must fill the data, 30 of 31 bytes are used");
    }

    private void refusesNumeric(String message) {
        assertThatThrownBy(() -> Safetensors.readNumeric(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage(file + ": " + message);
    }
}

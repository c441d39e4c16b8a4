package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a file promises may be there, and yet be more than the heap: every reader says so. */
class InputTest {
    /** No array of Java has so many elements, whatever the heap. */
    private static final int MOST = Integer.MAX_VALUE;

    private static final String REMEDY =
            "does not fit into the heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MB; use a larger -Xmx";

    private static InputStream npy() {
        return new ByteArrayInputStream(
                NpyProperties.file(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (" + MOST + ",), }"));
    }

    @Test
    void arraysLargerThanTheHeap() throws IOException {
        InputStream npy = npy();
        long npyLength = npy.available() + 8L * MOST;
        assertThatThrownBy(() -> Input.read("large", npy, npyLength, Npy::read))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage("large: " + REMEDY)
                .hasCauseInstanceOf(OutOfMemoryError.class);

        String header = "{\"x\":{\"dtype\":\"F64\",\"shape\":[" + MOST + "],\"data_offsets\":[0," + 8L * MOST + "]}}";
        byte[] bytes = (" ".repeat(8) + header).getBytes(StandardCharsets.UTF_8);
        java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(header.length());
        assertThatThrownBy(() -> Input.read(
                        "large", new ByteArrayInputStream(bytes), bytes.length + 8L * MOST, Safetensors::read))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage("large: " + REMEDY)
                .hasCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void streamsWithoutAnEnd() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                throw new OutOfMemoryError("Java heap space"); // as when what was read so far fills the heap
            }
        };
        assertThatThrownBy(() -> Npy.read(endless))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage("npy: " + REMEDY);
        assertThatThrownBy(() -> Safetensors.read(endless))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage("safetensors: " + REMEDY);
    }
}

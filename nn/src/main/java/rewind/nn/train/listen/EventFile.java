package rewind.nn.train.listen;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * TensorBoard's event files: records with masked checksums (TensorFlow, {@code tensorflow/core/lib/io/record_writer.h}) of {@code Event}
 * messages ({@code event.proto}, {@code summary.proto}, {@code histogram.proto}) in the wire format of protocol buffers.
 */
final class EventFile {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private EventFile() {}

    // ---- records ----

    /** Length, checksum of the length, data, checksum of the data. */
    static void record(OutputStream out, byte[] data) throws IOException {
        byte[] length = little(Long.BYTES).putLong(data.length).array();
        out.write(length);
        out.write(little(Integer.BYTES).putInt(maskedChecksum(length)).array());
        out.write(data);
        out.write(little(Integer.BYTES).putInt(maskedChecksum(data)).array());
    }

    private static int maskedChecksum(byte[] data) {
        CRC32C sum = new CRC32C();
        sum.update(data);
        return Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    // ---- messages ----

    /** The first event of every file. */
    static byte[] version(double wallTime) {
        return event(wallTime, 0, field(3, "brain.Event:2"));
    }

    /** Says that a run continues: what an earlier file has of this step and later ones is void. */
    static byte[] continues(double wallTime, long step) {
        return event(wallTime, step, field(7, varintField(1, 1)));
    }

    /** Summaries of one step. */
    static byte[] summaries(double wallTime, long step, byte[] values) {
        return event(wallTime, step, field(5, values));
    }

    private static byte[] event(double wallTime, long step, byte[] what) {
        return join(doubleField(1, wallTime), varintField(2, step), what);
    }

    /** A summary of one number. */
    static byte[] scalar(String tag, double value) {
        byte[] number = join(
                key(2, FIXED32), little(Float.BYTES).putFloat((float) value).array());
        return field(1, join(field(1, tag), number));
    }

    /** A summary of many numbers. */
    static byte[] histogram(String tag, Histogram of) {
        byte[] proto = join(
                doubleField(1, of.min()),
                doubleField(2, of.max()),
                doubleField(3, of.count()),
                doubleField(4, of.sum()),
                doubleField(5, of.squares()),
                field(6, doubles(of.limits())),
                field(7, doubles(of.counts())));
        return field(1, join(field(1, tag), field(5, proto)));
    }

    // ---- wire format ----

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] key(int number, int type) {
        return varint(8L * number + type);
    }

    private static byte[] varintField(int number, long value) {
        return join(key(number, VARINT), varint(value));
    }

    private static byte[] doubleField(int number, double value) {
        return join(key(number, FIXED64), doubles(value));
    }

    private static byte[] field(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] field(int number, byte[] content) {
        return join(key(number, BYTES), varint(content.length), content);
    }

    private static byte[] doubles(double... values) {
        ByteBuffer bytes = little(values.length * Double.BYTES);
        for (double value : values) {
            bytes.putDouble(value);
        }
        return bytes.array();
    }

    /** Seven bits a byte, the lowest first; the high bit says that there are more. */
    private static byte[] varint(long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return bytes.toByteArray();
    }
}

package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A reader of TensorBoard's event files by their description alone, with a checksum computed bit by bit. */
final class Events {
    record Event(
            double wallTime,
            long step,
            String fileVersion,
            long sessionStatus,
            Map<String, Float> scalars,
            Map<String, Histogram> histograms) {}

    record Histogram(
            double min, double max, double num, double sum, double squares, double[] limits, double[] counts) {}

    private Events() {}

    static List<Event> in(Path file) throws IOException {
        assertThat(file.getFileName().toString()).contains("tfevents");
        return read(Files.readAllBytes(file));
    }

    static List<Event> read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).as("checksum of the length").isEqualTo(masked(length));
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(data);
            assertThat(in.getInt()).as("checksum of the data").isEqualTo(masked(data));
            events.add(event(data));
        }
        return events;
    }

    /** CRC-32C: polynomial 0x1EDC6F41, here with its bits reversed. */
    private static int masked(byte[] data) {
        int crc = -1;
        for (byte each : data) {
            crc ^= each & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82F63B78;
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static Event event(byte[] message) {
        Map<Integer, List<Object>> fields = fields(message);
        Map<String, Float> scalars = new LinkedHashMap<>();
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        for (Object summary : fields.getOrDefault(5, List.of())) {
            for (Object value : fields((byte[]) summary).get(1)) {
                Map<Integer, List<Object>> parts = fields((byte[]) value);
                String tag = text(parts.get(1).get(0));
                if (parts.containsKey(2)) {
                    scalars.put(tag, Float.intBitsToFloat((Integer) parts.get(2).get(0)));
                } else {
                    histograms.put(tag, histogram(fields((byte[]) parts.get(5).get(0))));
                }
            }
        }
        long status = fields.containsKey(7)
                ? (Long) fields((byte[]) fields.get(7).get(0)).get(1).get(0)
                : 0;
        return new Event(
                number(fields, 1),
                (Long) fields.get(2).get(0),
                fields.containsKey(3) ? text(fields.get(3).get(0)) : "",
                status,
                scalars,
                histograms);
    }

    private static Histogram histogram(Map<Integer, List<Object>> parts) {
        return new Histogram(
                number(parts, 1),
                number(parts, 2),
                number(parts, 3),
                number(parts, 4),
                number(parts, 5),
                packed((byte[]) parts.get(6).get(0)),
                packed((byte[]) parts.get(7).get(0)));
    }

    private static double number(Map<Integer, List<Object>> fields, int field) {
        return Double.longBitsToDouble((Long) fields.get(field).get(0));
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private static double[] packed(byte[] bytes) {
        double[] values = new double[bytes.length / 8];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
        return values;
    }

    /** The fields of a message by number: a Long, an Integer or bytes each, as the wire has them. */
    private static Map<Integer, List<Object>> fields(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, List<Object>> fields = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            long key = varint(in);
            Object value = switch ((int) (key % 8)) {
                case 0 -> varint(in);
                case 1 -> in.getLong();
                case 2 -> {
                    byte[] bytes = new byte[(int) varint(in)];
                    in.get(bytes);
                    yield bytes;
                }
                case 5 -> in.getInt();
                default -> throw new AssertionError("wire type " + key % 8);
            };
            fields.computeIfAbsent((int) (key / 8), absent -> new ArrayList<>()).add(value);
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}

package rewind.nn.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.fixture.Json;

/** A reader and a writer of safetensors that follow the format's description as plainly as possible and know nothing of the library's. */
final class SafetensorsBySpecification {
    private SafetensorsBySpecification() {}

    /** Reads a file and describes it: a line of metadata, and a line per tensor as {@link Bits#of(Map)} has it. */
    static String read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(bytes.getLong());
        Map<String, Object> header = Json.object(Json.parse(new String(file, 8, length, StandardCharsets.UTF_8)));
        StringBuilder text = new StringBuilder(header.getOrDefault("__metadata__", Map.of()) + "\n");
        header.forEach((name, value) -> {
            if (!name.equals("__metadata__")) {
                text.append(name)
                        .append(": ")
                        .append(tensor(bytes, 8 + length, Json.object(value)))
                        .append('\n');
            }
        });
        return text.toString();
    }

    private static String tensor(ByteBuffer bytes, int start, Map<String, Object> entry) {
        boolean doubles = entry.get("dtype").equals("F64");
        int[] offsets = Json.ints(entry.get("data_offsets"));
        StringBuilder text =
                new StringBuilder((doubles ? "FLOAT64 " : "FLOAT32 ") + Arrays.toString(Json.ints(entry.get("shape"))));
        for (int at = start + offsets[0]; at < start + offsets[1]; at += doubles ? 8 : 4) {
            text.append(' ')
                    .append(doubles ? Long.toHexString(bytes.getLong(at)) : Integer.toHexString(bytes.getInt(at)));
        }
        return text.toString();
    }

    /** Writes a file as nobody would, but anybody may: order, blanks, escapes and padding by chance. */
    static byte[] write(Safetensors content, Random chance) {
        List<String> inData = new ArrayList<>(content.tensors().keySet());
        Collections.shuffle(inData, chance);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        Map<String, String> entries = new HashMap<>();
        for (String name : inData) {
            int begin = data.size();
            data.writeBytes(bytes(content.tensor(name)));
            entries.put(name, entry(content.tensor(name), begin, data.size(), chance));
        }
        List<String> members = new ArrayList<>();
        for (String name : content.tensors().keySet()) {
            members.add(string(name, chance) + blank(chance) + ":" + blank(chance) + entries.get(name));
        }
        if (!content.metadata().isEmpty()) {
            members.add(
                    chance.nextInt(members.size() + 1),
                    string("__metadata__", chance) + ":" + metadata(content, chance));
        }
        String header = object(members, chance) + " ".repeat(chance.nextInt(3));
        byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + utf8.length + data.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .put(data.toByteArray())
                .array();
    }

    private static String entry(Tensor tensor, int begin, int end, Random chance) {
        List<String> fields = new ArrayList<>(List.of(
                "\"dtype\":" + blank(chance) + (tensor.dtype() == DType.FLOAT64 ? "\"F64\"" : "\"F32\""),
                "\"shape\"" + blank(chance) + ":" + tensor.shape(),
                "\"data_offsets\":[" + begin + blank(chance) + "," + end + "]"));
        Collections.shuffle(fields, chance);
        return object(fields, chance);
    }

    private static String metadata(Safetensors content, Random chance) {
        return object(
                content.metadata().entrySet().stream()
                        .map(each -> string(each.getKey(), chance) + ":" + string(each.getValue(), chance))
                        .toList(),
                chance);
    }

    /** The first character of the header must be its brace. */
    private static String object(List<String> members, Random chance) {
        return members.stream()
                .collect(Collectors.joining(
                        blank(chance) + "," + blank(chance), "{" + blank(chance), blank(chance) + "}"));
    }

    private static String blank(Random chance) {
        return List.of("", "", " ", "\n\t", "\r\n  ").get(chance.nextInt(5));
    }

    /** Every UTF-16 unit may be escaped; quotes, backslashes and control characters must be. */
    private static String string(String text, Random chance) {
        boolean escaped = chance.nextBoolean();
        StringBuilder json = new StringBuilder("\"");
        for (char each : text.toCharArray()) {
            boolean must = each == '"' || each == '\\' || each < ' ';
            json.append(must || escaped ? String.format(Locale.ROOT, "\\u%04x", (int) each) : String.valueOf(each));
        }
        return json.append('"').toString();
    }

    private static byte[] bytes(Tensor tensor) {
        boolean doubles = tensor.dtype() == DType.FLOAT64;
        ByteBuffer bytes =
                ByteBuffer.allocate(tensor.size() * (doubles ? 8 : 4)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tensor.size(); i++) {
            if (doubles) {
                bytes.putLong(Double.doubleToRawLongBits(tensor.toArray()[i]));
            } else {
                bytes.putInt(Float.floatToRawIntBits(tensor.toFloatArray()[i]));
            }
        }
        return bytes.array();
    }
}

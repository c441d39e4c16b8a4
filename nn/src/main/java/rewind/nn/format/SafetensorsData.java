package rewind.nn.format;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.nn.format.SafetensorsHeader.Declared;
import rewind.nn.format.SafetensorsHeader.Held;

/** The tensors of a safetensors file that is being read, in the order of their data. All that is to be read is checked before memory is taken. */
final class SafetensorsData {
    private final Input in;
    private final SafetensorsHeader header;
    private final long length;

    SafetensorsData(Input in) throws IOException {
        this.in = in;
        this.header = SafetensorsHeader.read(in);
        this.length = in.left();
    }

    SafetensorsHeader header() {
        return header;
    }

    Map<String, Tensor> readAll() throws IOException {
        Map<String, Held> held = new HashMap<>();
        for (Declared each : header.entries().values()) {
            held.put(each.name(), held(each));
        }
        Map<String, Tensor> tensors = inOrder();
        for (Declared each : header.byOffset()) {
            tensors.put(each.name(), read(each, held.get(each.name())));
        }
        return tensors;
    }

    Map<String, Tensor> readNumeric() throws IOException {
        Map<String, Tensor> tensors = inOrder();
        for (Declared each : header.byOffset()) {
            Held held;
            try {
                held = header.held(each);
            } catch (FormatException e) {
                tensors.remove(each.name());
                continue;
            }
            header.checkLength(each, held);
            try {
                tensors.put(each.name(), read(each, held));
            } catch (FormatException e) {
                tensors.remove(each.name()); // for an integer that is too large
            }
        }
        return tensors;
    }

    private Held held(Declared entry) throws FormatException {
        Held held = header.held(entry);
        header.checkLength(entry, held);
        return held;
    }

    Tensor read(String name) throws IOException {
        Declared entry = header.entries().get(name);
        if (entry == null) {
            throw Safetensors.none(name, header.entries().keySet());
        }
        return read(entry, held(entry));
    }

    /** The names in the order of the header. */
    private Map<String, Tensor> inOrder() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        header.entries().keySet().forEach(name -> tensors.put(name, null));
        return tensors;
    }

    private Tensor read(Declared entry, Held held) throws IOException {
        in.skip(entry.begin() - (length - in.left()));
        return Elements.read(in, held.type(), ByteOrder.LITTLE_ENDIAN, held.shape(), entry.what());
    }
}

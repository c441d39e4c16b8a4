package rewind.onnx.proto;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Writes the messages of a file. */
public final class FileWriter {
    private FileWriter() {}

    private interface Content {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            content.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Returns the bytes of a file. */
    public static byte[] bytes(OnnxFile file) {
        return message(out -> {
            out.writeInt64(1, file.irVersion());
            out.writeString(2, file.producer());
            out.writeByteArray(7, graph(file.graph()));
            opsets(8, file.opsets(), out);
            for (Map.Entry<String, String> text : file.metadata().entrySet()) {
                out.writeByteArray(14, message(pair -> {
                    pair.writeString(1, text.getKey());
                    pair.writeString(2, text.getValue());
                }));
            }
            for (FunctionBody function : file.functions()) {
                out.writeByteArray(25, function(function));
            }
        });
    }

    private static void opsets(int field, Map<String, Long> opsets, CodedOutputStream out) throws IOException {
        for (Map.Entry<String, Long> opset : opsets.entrySet()) {
            out.writeByteArray(field, message(entry -> {
                entry.writeString(1, opset.getKey());
                entry.writeInt64(2, opset.getValue());
            }));
        }
    }

    private static byte[] graph(Graph graph) {
        return message(out -> {
            for (Node node : graph.nodes()) {
                out.writeByteArray(1, node(node));
            }
            out.writeString(2, graph.name());
            for (NamedTensor tensor : graph.initializers().values()) {
                out.writeByteArray(5, tensor(tensor));
            }
            for (ValueInfo input : graph.inputs()) {
                out.writeByteArray(11, value(input));
            }
            for (ValueInfo output : graph.outputs()) {
                out.writeByteArray(12, value(output));
            }
        });
    }

    private static byte[] node(Node node) {
        return message(out -> {
            texts(1, node.inputs(), out);
            texts(2, node.outputs(), out);
            if (!node.name().isEmpty()) {
                out.writeString(3, node.name());
            }
            out.writeString(4, node.op());
            for (Map.Entry<String, Attribute> each : node.attributes().entrySet()) {
                out.writeByteArray(5, attribute(each.getKey(), each.getValue()));
            }
            if (!node.domain().isEmpty()) {
                out.writeString(7, node.domain());
            }
        });
    }

    private static void texts(int field, List<String> texts, CodedOutputStream out) throws IOException {
        for (String text : texts) {
            out.writeString(field, text);
        }
    }

    @SuppressWarnings("unchecked") // the kind says what the value is
    private static byte[] attribute(String name, Attribute attribute) {
        return message(out -> {
            out.writeString(1, name);
            Object value = attribute.value();
            switch (attribute.kind()) {
                case FLOAT -> out.writeFloat(2, (float) (double) value);
                case INT -> out.writeInt64(3, (long) value);
                case STRING -> out.writeString(4, (String) value);
                case TENSOR -> {
                    if (value != null) {
                        out.writeByteArray(5, tensor((NamedTensor) value));
                    }
                }
                case GRAPH -> {
                    if (value != null) {
                        out.writeByteArray(6, graph((Graph) value));
                    }
                }
                case FLOATS -> {
                    for (double number : (List<Double>) value) {
                        out.writeFloat(7, (float) number);
                    }
                }
                case INTS -> {
                    for (long number : (List<Long>) value) {
                        out.writeInt64(8, number);
                    }
                }
                case STRINGS -> texts(9, (List<String>) value, out);
                case OTHER -> {}
            }
            out.writeInt32(20, attribute.kind().code());
            if (!attribute.reference().isEmpty()) {
                out.writeString(21, attribute.reference());
            }
        });
    }

    private static byte[] tensor(NamedTensor tensor) {
        return message(out -> {
            for (int size : tensor.value().shape().toArray()) {
                out.writeInt64(1, size);
            }
            out.writeInt32(2, tensor.type().code());
            if (!tensor.name().isEmpty()) {
                out.writeString(8, tensor.name());
            }
            out.writeByteArray(9, Elements.bytes(tensor.type(), tensor.value()));
        });
    }

    private static byte[] value(ValueInfo value) {
        return message(out -> {
            out.writeString(1, value.name());
            if (value.type() != null) {
                out.writeByteArray(2, message(type -> type.writeByteArray(1, tensorType(value))));
            }
        });
    }

    private static byte[] tensorType(ValueInfo value) {
        return message(out -> {
            out.writeInt32(1, value.type().code());
            if (value.sizes() != null) {
                out.writeByteArray(2, message(sizes -> {
                    for (ValueInfo.Size size : value.sizes()) {
                        sizes.writeByteArray(1, size(size));
                    }
                }));
            }
        });
    }

    private static byte[] size(ValueInfo.Size size) {
        return message(out -> {
            if (size.isFixed()) {
                out.writeInt64(1, size.value());
            } else if (!size.name().isEmpty()) {
                out.writeString(2, size.name());
            }
        });
    }

    private static byte[] function(FunctionBody function) {
        return message(out -> {
            out.writeString(1, function.name());
            texts(4, function.inputs(), out);
            texts(5, function.outputs(), out);
            for (Node node : function.nodes()) {
                out.writeByteArray(7, node(node));
            }
            opsets(9, function.opsets(), out);
            out.writeString(10, function.domain());
            for (Map.Entry<String, Attribute> each : function.defaults().entrySet()) {
                out.writeByteArray(11, attribute(each.getKey(), each.getValue()));
            }
        });
    }
}

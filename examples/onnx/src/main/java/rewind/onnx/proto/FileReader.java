package rewind.onnx.proto;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.require.Check;

/** Reads the messages of a file. What is not needed (texts for people, shapes in between, devices, training) is passed over. */
public final class FileReader {
    private FileReader() {}

    /**
     * Reads a file.
     *
     * @throws Unsupported if it holds what cannot be taken
     * @throws IOException if it is damaged
     */
    public static OnnxFile file(byte... bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        OnnxFile file = file(new Fields(in));
        in.checkLastTagWas(0);
        return file;
    }

    /** Reads a tensor that is a file by itself. */
    public static NamedTensor tensor(byte... bytes) throws IOException {
        return TensorReader.read(new Fields(CodedInputStream.newInstance(bytes)));
    }

    private static OnnxFile file(Fields fields) throws IOException {
        long version = 0;
        String producer = "";
        Graph graph = null;
        Map<String, Long> opsets = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        List<FunctionBody> functions = new ArrayList<>();
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> version = fields.number();
                case 2 -> producer = fields.text();
                case 7 -> graph = fields.message(FileReader::graph);
                case 8 -> opset(fields, opsets);
                case 14 -> put(metadata, fields.message(FileReader::pair));
                case 25 -> functions.add(fields.message(FileReader::function));
                default -> fields.skip();
            }
        }
        if (graph == null || opsets.isEmpty()) {
            throw new IOException("there must be a graph and the versions of the operators");
        }
        return new OnnxFile(version, producer, opsets, graph, metadata, functions);
    }

    private static void put(Map<String, String> map, Map.Entry<String, String> pair) {
        map.put(pair.getKey(), pair.getValue());
    }

    private static Map.Entry<String, String> pair(Fields fields) throws IOException {
        String key = "";
        String value = "";
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> key = fields.text();
                case 2 -> value = fields.text();
                default -> fields.skip();
            }
        }
        return Map.entry(key, value);
    }

    private static void opset(Fields of, Map<String, Long> opsets) throws IOException {
        Map.Entry<String, Long> opset = of.message(fields -> {
            String domain = "";
            long version = 0;
            for (int field = fields.next(); field != 0; field = fields.next()) {
                switch (field) {
                    case 1 -> domain = domain(fields.text());
                    case 2 -> version = fields.number();
                    default -> fields.skip();
                }
            }
            return Map.entry(domain, version);
        });
        opsets.put(opset.getKey(), opset.getValue());
    }

    /** ONNX's own domain has two names. */
    private static String domain(String name) {
        return name.equals("ai.onnx") ? "" : name;
    }

    private static Graph graph(Fields fields) throws IOException {
        String name = "";
        List<Node> nodes = new ArrayList<>();
        Map<String, NamedTensor> initializers = new LinkedHashMap<>();
        List<ValueInfo> inputs = new ArrayList<>();
        List<ValueInfo> outputs = new ArrayList<>();
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> nodes.add(fields.message(FileReader::node));
                case 2 -> name = fields.text();
                case 5 -> {
                    NamedTensor tensor = fields.message(TensorReader::read);
                    if (initializers.put(tensor.name(), tensor) != null) {
                        throw new IOException(Check.text("there must be one tensor '%s' only", tensor.name()));
                    }
                }
                case 11 -> inputs.add(fields.message(FileReader::value));
                case 12 -> outputs.add(fields.message(FileReader::value));
                case 15 -> throw new Unsupported("there are sparse tensors, which are not read");
                default -> fields.skip();
            }
        }
        return new Graph(name, nodes, initializers, inputs, outputs);
    }

    private static Node node(Fields fields) throws IOException {
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        String name = "";
        String op = "";
        String domain = "";
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> inputs.add(fields.text());
                case 2 -> outputs.add(fields.text());
                case 3 -> name = fields.text();
                case 4 -> op = fields.text();
                case 5 -> put(attributes, fields);
                case 7 -> domain = domain(fields.text());
                default -> fields.skip();
            }
        }
        return new Node(op, domain, name, inputs, outputs, attributes);
    }

    private static void put(Map<String, Attribute> attributes, Fields fields) throws IOException {
        Map.Entry<String, Attribute> attribute = fields.message(FileReader::attribute);
        attributes.put(attribute.getKey(), attribute.getValue());
    }

    private static Map.Entry<String, Attribute> attribute(Fields fields) throws IOException {
        String name = "";
        String reference = "";
        long code = 0;
        Object single = null;
        List<Double> numbers = new ArrayList<>();
        List<Long> integers = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        Attribute.Kind found = Attribute.Kind.OTHER;
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> name = fields.text();
                case 2 -> single = (double) fields.real();
                case 3 -> single = fields.number();
                case 4 -> single = fields.text();
                case 5 -> single = fields.message(TensorReader::read);
                case 6 -> single = fields.message(FileReader::graph);
                case 7 -> fields.floats(numbers::add);
                case 8 -> fields.numbers(integers);
                case 9 -> texts.add(fields.text());
                case 20 -> code = fields.number();
                case 21 -> reference = fields.text();
                default -> fields.skip();
            }
            found = field >= 2 && field <= 9 ? KINDS[field] : found;
        }
        Attribute.Kind kind = code == 0 ? found : Attribute.Kind.of(code);
        return Map.entry(name, new Attribute(kind, value(name, kind, single, numbers, integers, texts), reference));
    }

    /** The kinds by the number of the field that holds the value. */
    private static final Attribute.Kind[] KINDS = {
        null,
        null,
        Attribute.Kind.FLOAT,
        Attribute.Kind.INT,
        Attribute.Kind.STRING,
        Attribute.Kind.TENSOR,
        Attribute.Kind.GRAPH,
        Attribute.Kind.FLOATS,
        Attribute.Kind.INTS,
        Attribute.Kind.STRINGS
    };

    private static Object value(
            String name,
            Attribute.Kind kind,
            Object single,
            List<Double> numbers,
            List<Long> integers,
            List<String> texts)
            throws IOException {
        Object value = switch (kind) {
            case FLOAT -> single == null ? (Object) 0.0 : single;
            case INT -> single == null ? (Object) 0L : single;
            case STRING -> single == null ? "" : single;
            case FLOATS -> numbers;
            case INTS -> integers;
            case STRINGS -> texts;
            case OTHER -> null;
            default -> single;
        };
        boolean fits = switch (kind) {
            case FLOAT -> value instanceof Double;
            case INT -> value instanceof Long;
            case STRING -> value instanceof String;
            case TENSOR -> value == null || value instanceof NamedTensor;
            case GRAPH -> value == null || value instanceof Graph;
            default -> true;
        };
        if (!fits) {
            throw new IOException(Check.text("attribute '%s' must hold a value of its kind %s", name, kind));
        }
        return value;
    }

    private static ValueInfo value(Fields fields) throws IOException {
        String name = "";
        ValueInfo type = new ValueInfo("", null, null, "a value without a type");
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> name = fields.text();
                case 2 -> type = fields.message(FileReader::type);
                default -> fields.skip();
            }
        }
        return new ValueInfo(name, type.type(), type.sizes(), type.described());
    }

    private static ValueInfo type(Fields fields) throws IOException {
        ValueInfo type = new ValueInfo("", null, null, "a value without a type");
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> type = fields.message(FileReader::tensorType);
                case 4, 5, 7, 8, 9 -> {
                    type = new ValueInfo("", null, null, "a sequence, map, optional or sparse tensor");
                    fields.skip();
                }
                default -> fields.skip();
            }
        }
        return type;
    }

    private static ValueInfo tensorType(Fields fields) throws IOException {
        long code = 0;
        List<ValueInfo.Size> sizes = null;
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> code = fields.number();
                case 2 -> sizes = fields.message(FileReader::sizes);
                default -> fields.skip();
            }
        }
        return new ValueInfo("", ElementType.of(code), sizes, ElementType.name(code));
    }

    private static List<ValueInfo.Size> sizes(Fields fields) throws IOException {
        List<ValueInfo.Size> sizes = new ArrayList<>();
        for (int field = fields.next(); field != 0; field = fields.next()) {
            if (field == 1) {
                sizes.add(fields.message(FileReader::size));
            } else {
                fields.skip();
            }
        }
        return sizes;
    }

    private static ValueInfo.Size size(Fields fields) throws IOException {
        ValueInfo.Size size = ValueInfo.Size.named("");
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> size = ValueInfo.Size.of(fields.number());
                case 2 -> size = ValueInfo.Size.named(fields.text());
                default -> fields.skip();
            }
        }
        return size;
    }

    private static FunctionBody function(Fields fields) throws IOException {
        String name = "";
        String domain = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        Map<String, Attribute> defaults = new LinkedHashMap<>();
        Map<String, Long> opsets = new LinkedHashMap<>();
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> name = fields.text();
                case 4 -> inputs.add(fields.text());
                case 5 -> outputs.add(fields.text());
                case 7 -> nodes.add(fields.message(FileReader::node));
                case 9 -> opset(fields, opsets);
                case 10 -> domain = domain(fields.text());
                case 11 -> put(defaults, fields);
                default -> fields.skip();
            }
        }
        return new FunctionBody(name, domain, inputs, outputs, nodes, defaults, opsets);
    }
}

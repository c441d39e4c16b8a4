package rewind.onnx.operator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.DType;
import rewind.autograd.require.Check;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.FunctionBody;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.Node;
import rewind.onnx.proto.OnnxFile;
import rewind.onnx.proto.ValueInfo;

/** Computes the values of a graph, node after node; those of a graph within see those around it. */
public final class Evaluation {
    private final Map<String, FunctionBody> functions;
    private final Map<String, Long> opsets;
    private final DType real;
    /** Of a function: the attributes of its call. */
    private final Map<String, Attribute> given;

    private final Evaluation around;
    private final Map<String, Value> values = new HashMap<>();

    private Evaluation(
            Map<String, FunctionBody> functions,
            Map<String, Long> opsets,
            DType real,
            Map<String, Attribute> given,
            Evaluation around) {
        this.functions = functions;
        this.opsets = opsets;
        this.real = real;
        this.given = given;
        this.around = around;
    }

    /**
     * Returns the evaluation of a file's graph.
     *
     * @param real the element type in which numbers with a point are computed; null for those that they have in the file
     */
    public static Evaluation of(OnnxFile file, DType real) {
        return new Evaluation(byName(file.functions()), file.opsets(), real, Map.of(), null);
    }

    /** Functions by domain and name. */
    public static Map<String, FunctionBody> byName(List<FunctionBody> functions) {
        Map<String, FunctionBody> byName = new LinkedHashMap<>();
        functions.forEach(each -> byName.put(each.domain() + "." + each.name(), each));
        return byName;
    }

    /**
     * Computes the outputs of a graph.
     *
     * @param inputs by name; those that are initializers may be missing
     * @throws IllegalArgumentException if a node cannot take what it gets; the message names it
     */
    public List<Value> run(Graph graph, Map<String, Value> inputs) {
        graph.initializers().forEach((name, tensor) -> values.put(name, value(tensor)));
        values.putAll(inputs);
        run(graph.nodes());
        return graph.outputs().stream().map(output -> get(output.name())).toList();
    }

    /** Computes the outputs of a graph within, with its inputs in their order. */
    List<Value> within(Graph graph, List<Value> inputs) {
        Check.that(
                inputs.size() == graph.inputs().size(),
                "the graph within must take %s inputs, but has %s",
                inputs.size(),
                graph.inputs().size());
        Map<String, Value> named = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            ValueInfo input = graph.inputs().get(i);
            named.put(input.name(), inputs.get(i));
        }
        return new Evaluation(functions, opsets, real, given, this).run(graph, named);
    }

    private void run(List<Node> nodes) {
        for (Node node : nodes) {
            List<Value> inputs = new ArrayList<>();
            node.inputs().forEach(name -> inputs.add(name.isEmpty() ? null : get(name)));
            List<Value> outputs = outputs(node, inputs);
            for (int i = 0; i < node.outputs().size(); i++) {
                String name = node.outputs().get(i);
                if (!name.isEmpty()) {
                    Check.that(
                            i < outputs.size() && outputs.get(i) != null, "%s: there is no output %s", node.title(), i);
                    values.put(name, outputs.get(i));
                }
            }
        }
    }

    private List<Value> outputs(Node node, List<Value> inputs) {
        FunctionBody function = functions.get(node.domain() + "." + node.op());
        if (function != null) {
            return call(function, node, inputs);
        }
        try {
            return Operators.get(node).apply(new Call(node, inputs, this));
        } catch (NodeException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new NodeException(Check.text("%s: ", node.title()) + e.getMessage(), e);
        } catch (ArithmeticException | IndexOutOfBoundsException | ClassCastException | NegativeArraySizeException e) {
            throw new NodeException(Check.text("%s: its inputs and attributes do not fit together", node.title()), e);
        }
    }

    /** An error that names the node already. */
    private static final class NodeException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        NodeException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private List<Value> call(FunctionBody function, Node node, List<Value> inputs) {
        Map<String, Attribute> attributes = new HashMap<>(function.defaults());
        node.attributes().forEach((name, attribute) -> attributes.put(name, attribute(attribute)));
        Evaluation body = new Evaluation(functions, function.opsets(), real, attributes, null);
        for (int i = 0; i < function.inputs().size(); i++) {
            body.values.put(function.inputs().get(i), i < inputs.size() ? inputs.get(i) : null);
        }
        body.run(function.nodes());
        return function.outputs().stream().map(body::get).toList();
    }

    /** An attribute, or that of a function's call to which it refers; null if there is none. */
    Attribute attribute(Attribute attribute) {
        return attribute == null || attribute.reference().isEmpty() ? attribute : given.get(attribute.reference());
    }

    private Value get(String name) {
        for (Evaluation each = this; each != null; each = each.around) {
            if (each.values.containsKey(name)) {
                return each.values.get(name);
            }
        }
        throw Check.failure("there must be a value '%s'", name);
    }

    long opset(String domain) {
        return opsets.getOrDefault(domain, 1L);
    }

    DType dtype(ElementType type) {
        return type.isReal() && real != null ? real : type.dtype();
    }

    Value value(NamedTensor tensor) {
        return new Value(tensor.type(), tensor.value().to(dtype(tensor.type())));
    }
}

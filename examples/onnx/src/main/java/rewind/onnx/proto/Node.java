package rewind.onnx.proto;

import java.util.List;
import java.util.Map;

/**
 * An operator applied in a graph.
 *
 * @param op the operator
 * @param domain whose operator it is, empty for ONNX's own
 * @param name its name, often empty
 * @param inputs the names of the values that it gets, empty for one left out
 * @param outputs the names of the values that it gives, empty for one left out
 * @param attributes by name
 */
public record Node(
        String op,
        String domain,
        String name,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes) {
    /** Returns the operator with the domain before it, unless that is ONNX's own. */
    public String operator() {
        return domain.isEmpty() ? op : domain + "." + op;
    }

    /** Returns what messages call it: the operator, and its name or that of its first output. */
    public String title() {
        String by = !name.isEmpty() ? name : outputs.isEmpty() ? "" : outputs.get(0);
        return by.isEmpty() ? operator() : operator() + " '" + by + "'";
    }
}

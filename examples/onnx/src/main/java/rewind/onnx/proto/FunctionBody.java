package rewind.onnx.proto;

import java.util.List;
import java.util.Map;

/**
 * An operator that a file defines by others.
 *
 * @param name the operator
 * @param domain whose it is
 * @param inputs the names of its inputs
 * @param outputs the names of its outputs
 * @param nodes in the order in which they are computed
 * @param defaults of its attributes
 * @param opsets the versions of operators, by domain
 */
public record FunctionBody(
        String name,
        String domain,
        List<String> inputs,
        List<String> outputs,
        List<Node> nodes,
        Map<String, Attribute> defaults,
        Map<String, Long> opsets) {}

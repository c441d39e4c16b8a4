package rewind.autograd;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import rewind.autograd.kernel.Kernels;

/**
 * Performing an operation: allocate the output, run the kernel into it, and record the result on every tape that one of the
 * inputs lies on. If there is none, nothing is recorded and no rule is asked for its pullback.
 */
final class Op {
    private Op() {}

    /** Writes the value of an operation into its output. */
    @FunctionalInterface
    interface Forward {
        void run(Kernels<Object> kernels, Tensor[] inputs, Tensor output);
    }

    /** An operation whose kernel writes a new array of the given shape. */
    static Tensor compute(String name, Shape shape, Forward forward, Tensor[] inputs, Rule... rules) {
        DType dtype = commonType(name, inputs);
        Tape tape = requireOneTape(name, inputs);
        Kernels<Object> kernels = dtype.kernels();
        Object array = tape == null ? kernels.allocate(shape.size()) : tape.allocate(kernels, dtype, shape.size());
        Tensor value = new Tensor(array, 0, shape, dtype, null);
        forward.run(kernels, inputs, value);
        return tape == null ? value : record(name, value, inputs, rules);
    }

    /** An operation whose result shares the array of its input: other shape, or a contiguous part of it. */
    static Tensor view(String name, Tensor input, int offset, Shape shape, Rule rule) {
        Tensor[] inputs = {input};
        Tape tape = requireOneTape(name, inputs);
        Tensor value = new Tensor(input.data, input.offset + offset, shape, input.dtype(), null);
        return tape == null ? value : record(name, value, inputs, rule);
    }

    /** The same elements in another dtype; its cotangent goes back in that of the input. */
    static Tensor convert(String name, Tensor input, DType dtype) {
        Tensor[] inputs = {input};
        Tape tape = requireOneTape(name, inputs);
        Kernels<Object> kernels = dtype.kernels();
        int size = input.size();
        Object array = tape == null ? kernels.allocate(size) : tape.allocate(kernels, dtype, size);
        kernels.fromDoubles(input.toArray(), 0, array, 0, size);
        Tensor value = new Tensor(array, 0, input.shape(), dtype, null);
        return tape == null ? value : record(name, value, inputs, y -> dy -> dy.to(input.dtype()));
    }

    /** A user's operation: the value is any function of the inputs, which it gets as constants. */
    static Tensor user(String name, Function<Tensor[], Tensor> forward, Tensor[] inputs, Rule... rules) {
        Check.that(
                rules.length == inputs.length,
                "%s: there must be one rule per input (null where there is no derivative), got %s rules for %s inputs",
                name,
                rules.length,
                inputs.length);
        commonType(name, inputs);
        Tape tape = requireOneTape(name, inputs);
        Tensor[] constants = new Tensor[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            constants[i] = inputs[i].constant();
        }
        Tensor value = forward.apply(constants).detach();
        return tape == null ? value : record(name, value, inputs, rules);
    }

    /** A result without derivative (comparisons, indices): never recorded. */
    static Tensor constant(String name, Shape shape, Forward forward, Tensor... inputs) {
        DType dtype = commonType(name, inputs);
        requireOneTape(name, inputs);
        Kernels<Object> kernels = dtype.kernels();
        Tensor value = new Tensor(kernels.allocate(shape.size()), 0, shape, dtype, null);
        forward.run(kernels, inputs, value);
        return value;
    }

    private static Tensor record(String name, Tensor value, Tensor[] inputs, Rule... rules) {
        Pullback[] pullbacks = new Pullback[inputs.length];
        Node node = null;
        for (Tensor input : inputs) {
            for (Node of = input.node; of != null; of = of.also) {
                if (of.tape.recording() && Node.on(of.tape, node) == null) {
                    Node[] from = nodesOn(of.tape, inputs);
                    node = new Node(of.tape, name, value.shape(), value.dtype(), from, pullbacks, node);
                    of.tape.requireFinite(node, value);
                }
            }
        }
        Tensor y = new Tensor(value.data, value.offset, value.shape(), value.dtype(), node);
        for (int i = 0; i < inputs.length; i++) {
            if (rules[i] != null && Node.recorded(inputs[i].node)) {
                pullbacks[i] = rules[i].of(y);
            }
        }
        return y;
    }

    private static Node[] nodesOn(Tape tape, Tensor[] inputs) {
        Node[] nodes = new Node[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            nodes[i] = Node.on(tape, inputs[i].node);
        }
        return nodes;
    }

    private static DType commonType(String name, Tensor[] inputs) {
        DType dtype = inputs[0].dtype();
        for (Tensor input : inputs) {
            Check.that(
                    input.dtype() == dtype,
                    "%s: dtypes must be equal, got %s and %s; use to(DType)",
                    name,
                    dtype,
                    input.dtype());
        }
        return dtype;
    }

    /**
     * A tape that will record the result, or null. Only tapes of nested derivatives may meet: two tapes that a user made never
     * belong into one operation (it is nearly always a value kept from an earlier training step).
     */
    private static Tape requireOneTape(String name, Tensor[] inputs) {
        Tape own = null;
        Tape recording = null;
        for (Tensor input : inputs) {
            for (Node node = input.node; node != null; node = node.also) {
                Tape tape = node.tape;
                tape.requireOpen(name);
                if (!tape.nested()) {
                    if (own != null && own != tape) {
                        throw twoTapes(name, inputs);
                    }
                    own = tape;
                }
                recording = tape.recording() ? tape : recording;
            }
        }
        return recording;
    }

    private static IllegalArgumentException twoTapes(String name, Tensor[] inputs) {
        String shapes =
                Arrays.stream(inputs).map(each -> each.shape().toString()).collect(Collectors.joining(", "));
        return new IllegalArgumentException(name
                + ": operands must be on one tape, got values of two tapes; detach() the one that is a constant here (shapes "
                + shapes + ")");
    }
}

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
        if (tape == null) {
            Tensor value = unrecorded(dtype, shape, inputs);
            forward.run(kernels, inputs, value);
            return value;
        }
        Tensor y = new Tensor(tape.allocate(kernels, dtype, shape.size()), 0, shape, dtype, null);
        forward.run(kernels, inputs, y);
        record(name, y, false, inputs, rules);
        return !Trace.hears(y)
                ? y
                : Trace.note(y, inputs, in -> {
                    Tensor again = Tensor.empty(dtype, shape);
                    forward.run(kernels, in, again);
                    return again;
                });
    }

    /** An operation whose result shares the array of its input: other shape, or a contiguous part of it. */
    static Tensor view(String name, Tensor input, int offset, Shape shape, Rule rule) {
        Tensor[] inputs = {input};
        Tape tape = requireOneTape(name, inputs);
        Loan loan = tape == null ? input.loan : null;
        Tensor y = new Tensor(input.data, input.offset + offset, shape, input.dtype(), null, loan);
        if (tape == null) {
            return y;
        }
        record(name, y, false, inputs, rule);
        return !Trace.hears(y)
                ? y
                : Trace.note(
                        y, inputs, in -> new Tensor(in[0].data, in[0].offset + offset, shape, in[0].dtype(), null));
    }

    /** The same elements in another dtype; its cotangent goes back in that of the input. */
    static Tensor convert(String name, Tensor input, DType dtype) {
        Tensor[] inputs = {input};
        Tape tape = requireOneTape(name, inputs);
        Tensor y = tape == null
                ? unrecorded(dtype, input.shape(), inputs)
                : new Tensor(tape.allocate(dtype.kernels(), dtype, input.size()), 0, input.shape(), dtype, null);
        dtype.kernels().fromDoubles(input.toArray(), 0, y.data, 0, y.size());
        if (tape == null) {
            return y;
        }
        record(name, y, false, inputs, to -> dy -> dy.to(input.dtype()));
        return !Trace.hears(y) ? y : Trace.note(y, inputs, in -> in[0].to(dtype));
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
        if (tape == null) {
            return value;
        }
        Tensor y = new Tensor(value.data, value.offset, value.shape(), value.dtype(), null);
        record(name, y, true, inputs, rules);
        return !Trace.hears(y) ? y : Trace.note(y, inputs, forward);
    }

    /** A result without derivative (comparisons, indices): never recorded. */
    static Tensor constant(String name, Shape shape, Forward forward, Tensor... inputs) {
        DType dtype = commonType(name, inputs);
        requireOneTape(name, inputs);
        Tensor value = unrecorded(dtype, shape, inputs);
        forward.run(dtype.kernels(), inputs, value);
        return value;
    }

    /** A new tensor on no tape; in a reverse sweep, one that the sweep lends. */
    private static Tensor unrecorded(DType dtype, Shape shape, Tensor[] inputs) {
        Sweep sweep = sweepOf(inputs);
        if (sweep == null) {
            return Tensor.empty(dtype, shape);
        }
        Loan loan = sweep.lend(dtype, shape.size());
        return new Tensor(loan.array, 0, shape, dtype, null, loan);
    }

    /** The reverse sweep in which an operation takes place, or null. */
    private static Sweep sweepOf(Tensor[] inputs) {
        for (Tensor input : inputs) {
            if (input.loan != null) {
                return input.loan.sweep;
            }
            for (Node node = input.node; node != null; node = node.also) {
                if (node.tape.sweep() != null) {
                    return node.tape.sweep();
                }
            }
        }
        return null;
    }

    /** Gives a new value its nodes, one on every tape that records an input. */
    private static void record(String name, Tensor y, boolean users, Tensor[] inputs, Rule... rules) {
        Sweep sweep = sweepOf(inputs);
        if (sweep != null) {
            sweep.keepEverything(); // pullbacks on the other tape may hold anything
        }
        Pullback[] pullbacks = new Pullback[inputs.length];
        Node node = null;
        for (Tensor input : inputs) {
            for (Node of = input.node; of != null; of = of.also) {
                if (of.tape.recording() && Node.on(of.tape, node) == null) {
                    Node[] from = nodesOn(of.tape, inputs);
                    node = new Node(of.tape, name, y.shape(), y.dtype(), from, pullbacks, users, node);
                    of.tape.requireFinite(node, y);
                }
            }
        }
        y.node = node;
        for (int i = 0; i < inputs.length; i++) {
            if (rules[i] != null && Node.recorded(inputs[i].node)) {
                pullbacks[i] = rules[i].of(y);
            }
        }
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
            if (input.dtype() != dtype) {
                throw new IllegalArgumentException(
                        name + ": dtypes must be equal, got " + dtype + " and " + input.dtype() + "; use to(DType)");
            }
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

package rewind.autograd;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import rewind.autograd.TensorOperation.Binary;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Computed;
import rewind.autograd.TensorOperation.Conversion;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.TensorOperation.Part;
import rewind.autograd.TensorOperation.Reads;
import rewind.autograd.TensorOperation.Unary;
import rewind.autograd.TensorOperation.Users;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.memory.Lender;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Recording;

/**
 * Performing an operation: allocate the output, run the kernel into it, and record the result on every tape that one of the
 * inputs lies on. If there is none, nothing is recorded and no rule is asked for its pullback.
 */
final class Op {
    private Op() {}

    /** An operation whose kernel writes a new array of the given shape. */
    static Tensor compute(Computed operation, Shape shape, Tensor[] inputs, Rule... rules) {
        TensorRecording recording = requireOneTape(operation.name(), inputs);
        Tensor y = result(recording, commonType(operation.name(), inputs), shape, inputs);
        operation.perform(buffers(inputs), y.buffer());
        if (recording != null) {
            record(operation, y, inputs, rules);
            recording.leave(operation, y, inputs);
        }
        return y;
    }

    /** The same for what has no better kind. */
    static Tensor compute(String name, Shape shape, Forward forward, Tensor[] inputs, Rule... rules) {
        return compute(new Computation(name, forward), shape, inputs, rules);
    }

    /** A function of every element by itself. */
    static Tensor compute(Unary operation, Tensor x, Rule rule) {
        Tensor[] inputs = {x};
        TensorRecording recording = requireOneTape(operation.name(), inputs);
        Buffer reused = recording == null ? null : recording.givenUp(operation, x);
        Tensor y = reused == null
                ? result(recording, x.dtype(), x.shape(), inputs)
                : new Tensor(reused, x.shape(), Places.none());
        if (y.memory().script() != null) {
            y.memory().script().begin(operation.name(), operation::attributes);
        }
        operation.run(reused == null ? x.buffer() : reused, y.buffer());
        if (recording != null) {
            record(operation, y, inputs, rule);
        }
        return y;
    }

    /** A function of every pair of elements. */
    static Tensor compute(Binary operation, Shape shape, Tensor x, Tensor y, Rule ofX, Rule ofY) {
        Tensor[] inputs = {x, y};
        TensorRecording recording = requireOneTape(operation.name(), inputs);
        DType dtype = commonType(operation.name(), inputs);
        boolean mayReuse = recording != null && operation.reads() == Reads.NOTHING && x != y;
        boolean leftFirst = mayReuse && recording.isOfMore(x); // a part cannot be spent
        Buffer first = mayReuse ? recording.givenUp(leftFirst ? x : y, shape) : null;
        Buffer reused = mayReuse && first == null ? recording.givenUp(leftFirst ? y : x, shape) : first;
        boolean isLeft = leftFirst == (first != null); // that is the value's memory now
        Buffer spent = reused == null ? null : recording.spent(isLeft ? y : x);
        Buffer left = isLeft ? reused : spent;
        Buffer right = isLeft ? spent : reused;
        Tensor z = reused != null ? new Tensor(reused, shape, Places.none()) : result(recording, dtype, shape, inputs);
        if (z.memory().script() != null) {
            z.memory().script().begin(operation.name(), operation::attributes);
        }
        operation.run(left != null ? left : x.buffer(), right != null ? right : y.buffer(), z.buffer());
        if (recording != null) {
            record(operation, z, inputs, ofX, ofY);
            recording.leave(operation, z, inputs);
            if (spent != null) {
                recording.memory().giveBack(spent);
            }
        }
        return z;
    }

    /** An operation whose result shares the array of its input: other shape, or a contiguous part of it. */
    static Tensor view(Part operation, Tensor input, Shape shape, Rule rule) {
        Tensor[] inputs = {input};
        TensorRecording recording = requireOneTape(operation.name(), inputs);
        Tensor y = operation.of(input, shape);
        if (recording != null) {
            record(operation, y, inputs, rule);
        }
        return y;
    }

    /** Performs a part or computation of one operand, and linear in it, once more, on another operand of the same space. */
    static Tensor again(Entry<Tensor> entry, Tensor x) {
        Shape shape = TensorSpace.of(entry).shape();
        UnaryOperator<Tensor> pullback = entry.pullbacks()[0];
        UnaryOperator<Tensor> rule = pullback instanceof Cotangents.OfPart part ? part.rule() : pullback;
        return entry.operation() instanceof Part part
                ? view(part, x, shape, y -> rule::apply)
                : compute((Computed) entry.operation(), shape, new Tensor[] {x}, y -> rule::apply);
    }

    /** The same elements in another dtype; its cotangent goes back in that of the input. */
    static Tensor convert(String name, Tensor input, DType dtype) {
        Tensor[] inputs = {input};
        TensorRecording recording = requireOneTape(name, inputs);
        Tensor y = result(recording, dtype, input.shape(), inputs);
        Conversion.perform(input.buffer(), y.buffer());
        if (recording != null) {
            DType before = input.dtype();
            record(new Conversion(name, dtype), y, inputs, to -> dy -> dy.to(before));
        }
        return y;
    }

    /** A user's operation: the value is any function of the inputs, which it gets as constants. */
    static Tensor user(String name, Function<Tensor[], Tensor> forward, Tensor[] inputs, Rule... rules) {
        Check.that(inputs.length > 0, "%s: an operation needs at least one input", name);
        Check.that(
                rules.length == inputs.length,
                "%s: there must be one rule per input (null where there is no derivative), got %s rules for %s inputs",
                name,
                rules.length,
                inputs.length);
        commonType(name, inputs);
        TensorRecording recording = requireOneTape(name, inputs);
        if (recording != null && recording.memory().script() != null) {
            recording.memory().script().refuse("the operation " + name + " of a user's own may do anything");
        }
        Tensor[] constants = Arrays.stream(inputs).map(Stored::constant).toArray(Tensor[]::new);
        Tensor value = forward.apply(constants);
        if (recording == null) {
            return value.detach();
        }
        value.requireOpen(name);
        boolean own =
                value.places.isNone() && value.buffer().lease() == recording.memory(); // an operand, or a part of one
        Buffer buffer = own ? value.buffer() : value.buffer().kept().under(recording.memory());
        Tensor y = new Tensor(buffer, value.shape(), Places.none());
        record(new Users(name, isObserved(inputs) ? forward : null), y, inputs, rules);
        return y;
    }

    /** A result without derivative (comparisons, indices). It is a constant, but where a reader asks for it an entry as well. */
    static Tensor constant(Computed operation, Shape shape, Tensor... inputs) {
        DType dtype = commonType(operation.name(), inputs);
        boolean recorded = requireOneTape(operation.name(), inputs) != null;
        TensorRecording asking = recorded ? TensorRecording.asking(inputs) : null;
        Tensor value = result(asking, dtype, shape, inputs);
        operation.perform(buffers(inputs), value.buffer());
        if (asking != null) {
            record(operation, value, inputs, new Rule[inputs.length]);
        }
        return value;
    }

    /** The same value as a constant; where a reader asks for it an entry through which nothing flows back. */
    static Tensor detached(Tensor x) {
        if (TensorRecording.asking(x) == null) {
            return x.constant().in(x.buffer().kept());
        }
        Tensor constant = new Tensor(x.buffer().kept(), x.shape(), Places.none());
        record(new Part("detach", 0, Map::of), constant, new Tensor[] {x}, new Rule[1]);
        return constant;
    }

    /** A new tensor: in memory of the recording, else of the sweep in which it is computed, if it is in one. */
    private static Tensor result(TensorRecording recording, DType dtype, Shape shape, Tensor[] inputs) {
        Kernels<Object> kernels = dtype.kernels();
        if (recording != null) {
            return new Tensor(recording.memory().take(kernels, shape.sizes(), shape.size()), shape, Places.none());
        }
        Lender lender = isPlain(inputs) ? null : lenderOf(inputs);
        return lender == null
                ? dtype.empty(shape)
                : new Tensor(lender.lend(kernels, shape.sizes(), shape.size()), shape, Places.none());
    }

    static Buffer[] buffers(Tensor[] tensors) {
        Buffer[] buffers = new Buffer[tensors.length];
        for (int i = 0; i < tensors.length; i++) {
            buffers[i] = tensors[i].buffer();
        }
        return buffers;
    }

    /** Whether all operands are constants in memory of their own, as most are where nothing is recorded. */
    private static boolean isPlain(Tensor[] inputs) {
        for (Tensor input : inputs) {
            if (!input.places.isNone() || input.memory().lease() != null) {
                return false;
            }
        }
        return true;
    }

    /** Who lends memory in the reverse sweep in which an operation takes place, or null. */
    private static Lender lenderOf(Tensor[] inputs) {
        for (Tensor input : inputs) {
            Lender lender = Lender.of(input.memory());
            lender = lender == null && !input.places.isNone() ? TensorRecording.lenderOf(input.places) : lender;
            if (lender != null) {
                return lender;
            }
        }
        return null;
    }

    /** Gives a new value its entries, one in every recording that an input lies in. */
    private static void record(TensorOperation operation, Tensor y, Tensor[] inputs, Rule... rules) {
        Lender lender = lenderOf(inputs);
        if (lender != null) {
            lender.keepEverything(); // pullbacks in the other recording may hold anything
        }
        TensorSpace space = space(y, inputs[0]);
        Pullback[] pullbacks = new Pullback[inputs.length]; // filled below: rules need y, and y its entries
        y.places = entries(operation, space, inputs, pullbacks);
        for (int i = 0; i < inputs.length; i++) {
            if (rules[i] != null && TensorRecording.leads(inputs[i])) {
                pullbacks[i] = operation.pullback(i, rules[i], inputs, y);
            }
        }
        if (y.places instanceof Entry<Tensor> entry) {
            observe(entry, inputs, y);
        } else {
            TensorRecording.refuseScripts(operation, y);
            y.places.forEach(each -> observe(each, inputs, y));
        }
    }

    private static Places<Tensor> entries(
            Operation<Tensor> operation, TensorSpace space, Tensor[] inputs, Pullback[] pullbacks) {
        Places<Tensor> places = Places.none();
        for (Tensor input : inputs) {
            if (input.places instanceof Entry<Tensor> only) {
                places = entries(places, only.recording(), operation, space, inputs, pullbacks);
            } else if (!input.places.isNone()) {
                for (Entry<Tensor> each : input.places) {
                    places = entries(places, each.recording(), operation, space, inputs, pullbacks);
                }
            }
        }
        return places;
    }

    private static Places<Tensor> entries(
            Places<Tensor> before,
            Recording<Tensor> recording,
            Operation<Tensor> operation,
            TensorSpace space,
            Tensor[] inputs,
            Pullback[] pullbacks) {
        return recording.isRecording() && before.in(recording) == null
                ? before.and(recording.add(operation, space, entriesIn(recording, inputs), pullbacks))
                : before;
    }

    private static void observe(Entry<Tensor> entry, Tensor[] inputs, Tensor y) {
        if (entry.recording().observer() != null) {
            entry.recording().observer().performed(entry, inputs, y);
        }
    }

    /** That of the first operand, where it is the same. */
    @SuppressWarnings("ReferenceEquality") // mostly it is the same object; if not, another one serves as well
    private static TensorSpace space(Tensor y, Tensor like) {
        if (like.places instanceof Entry<Tensor> entry) {
            TensorSpace space = TensorSpace.of(entry);
            if (space.shape() == y.shape() && space.dtype() == y.dtype()) {
                return space;
            }
        }
        return new TensorSpace(y.shape(), y.dtype());
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static Entry<Tensor>[] entriesIn(Recording<Tensor> recording, Tensor[] inputs) {
        Entry<Tensor>[] entries = new Entry[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            entries[i] = inputs[i].places.in(recording);
        }
        return entries;
    }

    private static boolean isObserved(Tensor[] inputs) {
        return Arrays.stream(inputs).anyMatch(Tensor::isObserved);
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
     * A recording that the result is added to, or null. Only those of nested derivatives may meet: two tapes that a user made never
     * belong into one operation (it is nearly always a value kept from an earlier training step).
     */
    private static TensorRecording requireOneTape(String name, Tensor[] inputs) {
        if (isPlain(inputs)) {
            return null;
        }
        Recording<Tensor> own = null;
        Recording<Tensor> records = null;
        for (Tensor input : inputs) {
            Places<Tensor> places = input.places;
            input.memory().requireOpen(name);
            if (!places.isNone()) {
                places.requireOpen(name);
                Recording<Tensor> next = places.own();
                if (own != null && next != null && own != next) {
                    throw twoTapes(name, inputs);
                }
                own = next == null ? own : next;
                next = places.records();
                records = next == null ? records : next;
            }
        }
        return (TensorRecording) records;
    }

    private static IllegalArgumentException twoTapes(String name, Tensor[] inputs) {
        String shapes =
                Arrays.stream(inputs).map(each -> each.shape().toString()).collect(Collectors.joining(", "));
        return new IllegalArgumentException(name
                + ": operands must be on one tape, got values of two tapes; detach() the one that is a constant here (shapes "
                + shapes + ")");
    }
}

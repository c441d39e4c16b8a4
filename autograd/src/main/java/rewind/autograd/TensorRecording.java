package rewind.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Stored.Unread;
import rewind.autograd.TensorOperation.Computed;
import rewind.autograd.TensorOperation.Conversion;
import rewind.autograd.TensorOperation.Part;
import rewind.autograd.TensorOperation.Reads;
import rewind.autograd.TensorOperation.Unary;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Script;
import rewind.autograd.memory.Lender;
import rewind.autograd.memory.Segment;
import rewind.autograd.memory.SegmentedRecording;
import rewind.autograd.memory.TapeMemory;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Observer;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Space;

/** A recording of tensors, and the memory that its values and its sweeps live in. */
final class TensorRecording extends SegmentedRecording<Tensor> {
    /** Stands for the recording where holding it would keep its entries alive. */
    private final Object identity = new Object();

    TensorRecording(Workspace workspace, boolean nested) {
        super(nested, workspace == null ? new TapeMemory(null) : new TapeMemory(workspace.pool(), workspace.script()));
    }

    static TensorRecording of(Entry<Tensor> entry) {
        return (TensorRecording) entry.recording();
    }

    /** Who lends memory in a sweep over one of the recordings, or null. */
    static Lender lenderOf(Places<Tensor> places) {
        if (places instanceof Entry<Tensor> entry) {
            return of(entry).lender();
        }
        for (Entry<Tensor> entry : places) {
            if (of(entry).lender() != null) {
                return of(entry).lender();
            }
        }
        return null;
    }

    /** A recording in which results without derivative are entries, whichever others the values lie in; or null. */
    static TensorRecording asking(Tensor... values) {
        for (Tensor value : values) {
            for (Entry<Tensor> entry : value.places) {
                Observer<Tensor> observer = entry.recording().observer();
                if (observer != null && entry.recording().isRecording() && observer.seesConstants()) {
                    return of(entry);
                }
            }
        }
        return null;
    }

    /** Whether somebody is told what is done with a value in these places. */
    static boolean isObserved(Places<Tensor> places) {
        if (places instanceof Entry<Tensor> entry) {
            return entry.recording().observer() != null;
        }
        for (Entry<Tensor> each : places) {
            if (each.recording().observer() != null) {
                return true;
            }
        }
        return false;
    }

    Object identity() {
        return identity;
    }

    /** The value of x as something that operations on are recorded, as an entry without operands. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types
    Tensor given(TensorOperation operation, Tensor x) {
        Entry<Tensor> entry = add(operation, new TensorSpace(x.shape(), x.dtype()), new Entry[0], new UnaryOperator[0]);
        return new Tensor(x.buffer().under(memory()), x.shape(), entry);
    }

    /** What is drawn at random, as an entry; a script draws anew. */
    Tensor draw(Drawn operation) {
        Tensor drawn = given(operation, Segment.once(() -> drawn(operation)));
        Entry<Tensor> entry = drawn.places.in(this);
        observer().performed(entry, new Tensor[0], drawn);
        return drawn;
    }

    private Tensor drawn(Drawn operation) {
        Tensor value = operation.value();
        Script script = memory().script();
        if (script == null) {
            return value;
        }
        Tensor copy = Workspace.copy(value);
        TensorSpace space = new TensorSpace(copy.shape(), copy.dtype());
        script.begin(operation.name(), operation::attributes);
        script.note(() -> Workspace.copy(operation.apply(new Tensor[0], space), copy), copy.buffer());
        return copy;
    }

    /** The value of an operation for other operands, as a constant. A script notes it that listens to a value beside it. */
    static Tensor again(Entry<Tensor> entry, List<Tensor> operands, Tensor... beside) {
        for (Tensor each : beside) {
            if (each.places instanceof Entry<Tensor> other && of(other).memory().script() != null) {
                return of(other).noted((TensorOperation) entry.operation(), TensorSpace.of(entry), operands);
            }
        }
        return entry.operation()
                .apply(operands.stream().map(Tensor::detach).toArray(Tensor[]::new), entry.space())
                .detach();
    }

    /** What is drawn, or computed by a function of a user's, is noted alone, and 0 until it is done again. */
    private Tensor noted(TensorOperation operation, TensorSpace space, List<Tensor> operands) {
        Shape shape = space.shape();
        if (operation instanceof Part part) {
            return part.of(operands.get(0), shape);
        }
        Tensor[] all = operands.toArray(Tensor[]::new);
        Buffer[] in = Op.buffers(all);
        Tensor y =
                new Tensor(memory().take(space.dtype().kernels(), shape.sizes(), shape.size()), shape, Places.none());
        memory().script().begin(operation.name(), operation::attributes);
        if (operation instanceof Computed computed) {
            computed.perform(in, y.buffer());
        } else if (operation instanceof Conversion) {
            Conversion.perform(in[0], y.buffer());
        } else {
            y.kernels().fill(0, y.buffer().data, y.buffer().offset, shape.size());
            memory().script().note(() -> Workspace.copy(value(operation, space, all), y), y.buffer(), in);
        }
        return y;
    }

    /** The value for operands that hold other elements later. */
    private static Tensor value(TensorOperation operation, TensorSpace space, Tensor... operands) {
        Tensor value =
                operation.apply(Arrays.stream(operands).map(Workspace::copy).toArray(Tensor[]::new), space);
        Check.that(
                value.shape().equals(space.shape()) && value.dtype() == space.dtype(),
                "%s: the value must be %s %s as when it was recorded, got %s %s",
                operation.name(),
                space.dtype(),
                space.shape(),
                value.dtype(),
                value.shape());
        return value;
    }

    /** A value as it is in all other recordings, which outlives this one. */
    Tensor withdraw(Tensor x) {
        Buffer left = memory().holds(x.buffer().lease())
                ? x.buffer().kept()
                : x.buffer().settled();
        Places<Tensor> others = x.places.without(this);
        return left == x.buffer() && others == x.places ? x : new Tensor(left, x.shape(), others);
    }

    /** Lets the first who reads a value have its memory, if that is all the same to the rules. */
    void leave(Computed operation, Tensor y, Tensor[] operands) {
        boolean unread = operation.reads() == Reads.OPERANDS || (operation.reads() == Reads.NOTHING && givesBack());
        if (unread && isUnseen() && !TapeMemory.PLAIN && memory().mayLeave(size)) {
            y.leave(new Unread(operation, operands, y.memory(), memory().missing(size)));
        }
    }

    /** Whether memory that is given up is worth something at once: otherwise it is found out what is not needed. */
    private boolean givesBack() {
        return memory().isPooled();
    }

    /** The memory of an operand that becomes that of the value, or null. */
    Buffer givenUp(Tensor operand, Shape ofValue) {
        boolean fits = operand.memory().lease() == memory() && operand.shape().equals(ofValue);
        return fits && isUnseen() ? operand.giveUp() : null;
    }

    /** The same for a function of every element of which the rule reads the value alone. */
    Buffer givenUp(Unary operation, Tensor operand) {
        return operation.inPlace() != null && givesBack() ? givenUp(operand, operand.shape()) : null;
    }

    /** Whether an operand's memory is part of an array, which cannot be given back with it. */
    boolean isOfMore(Tensor operand) {
        return givesBack() && operand.size() < operand.kernels().length(operand.memory().data);
    }

    /** The memory of an operand that nothing needs after a sum, so that it can be given back; or null. */
    Buffer spent(Tensor operand) {
        return givesBack() && !isOfMore(operand) ? givenUp(operand, operand.shape()) : null;
    }

    /** Whether nobody sees the values but who asks for them. */
    private boolean isUnseen() {
        return observer() == null || memory().script() != null;
    }

    /** Whether a cotangent of a value may come to something that is watched. */
    static boolean leads(Tensor x) {
        if (x.places instanceof Entry<Tensor> entry) {
            return x.isRecorded() && leads(entry);
        }
        for (Entry<Tensor> entry : x.places) {
            if (leads(entry)) {
                return x.isRecorded();
            }
        }
        return false;
    }

    private static boolean leads(Entry<Tensor> entry) {
        boolean leads = entry.isVariable();
        for (int i = 0; i < entry.arity() && !leads; i++) {
            leads = entry.pullsBack(i);
        }
        return leads;
    }

    @Override
    protected boolean leadsOn(Entry<Tensor> entry) {
        return leads(entry);
    }

    @Override
    protected boolean isPart(Entry<Tensor> entry) {
        return entry.arity() == 1 && entry.pullbacks()[0] instanceof Cotangents.OfPart;
    }

    @Override
    protected boolean mayDrop() {
        return observer() == null || observer() instanceof Tape.Passing;
    }

    /** Refuses what no script can do again: a derivative inside another. */
    static void refuseScripts(TensorOperation operation, Tensor y) {
        for (Entry<Tensor> entry : y.places) {
            Script script = TensorRecording.of(entry).memory().script();
            if (script != null) {
                script.refuseAndEnd(
                        "the operation " + operation.name() + " belongs to a derivative that is taken inside");
            }
        }
    }

    @Override
    public boolean close() {
        boolean open = super.close();
        if (open) {
            memory().close();
        }
        return open;
    }

    /**
     * What is drawn at random. It has no operands, and draws anew whenever it is performed.
     *
     * @param distribution in words
     */
    record Drawn(String distribution, RandomGenerator rng, Function<RandomGenerator, Tensor> function)
            implements TensorOperation {
        @Override
        public String name() {
            return "draw";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("distribution", distribution);
        }

        Tensor value() {
            synchronized (rng) { // programs may run on several threads
                Tensor value = function.apply(rng);
                Check.that(value != null, "draw: the function for %s must not return null", distribution);
                return value.detach();
            }
        }

        @Override
        public Tensor apply(Tensor[] operands, Space<Tensor> space) {
            Tensor value = value();
            TensorSpace recorded = (TensorSpace) space;
            Check.that(
                    value.shape().equals(recorded.shape()) && value.dtype() == recorded.dtype(),
                    "draw: the shape and type must be %s %s as when it was recorded, got %s %s",
                    recorded.dtype(),
                    recorded.shape(),
                    value.dtype(),
                    value.shape());
            return value;
        }
    }

    /** What an entry knows of its value: shape and dtype. */
    record TensorSpace(Shape shape, DType dtype) implements Space<Tensor> {
        static TensorSpace of(Entry<Tensor> entry) {
            return (TensorSpace) entry.space();
        }

        @Override
        public Tensor plus(Tensor x, Tensor y) {
            return x.add(y);
        }

        /** Undoes broadcasting: sums over the axes along which the operand was repeated. */
        @Override
        public Tensor fit(Tensor dx, String operation, int operand) {
            return dx.shape().equals(shape) ? dx : summed(dx, operation, operand);
        }

        private Tensor summed(Tensor dx, String operation, int operand) {
            Check.that(
                    shape.broadcastsTo(dx.shape()),
                    "%s: the pullback for input %s must give the input's shape %s, got %s",
                    operation,
                    operand,
                    shape,
                    dx.shape());
            return dx.sumTo(shape);
        }
    }
}

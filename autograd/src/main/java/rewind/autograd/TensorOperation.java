package rewind.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.buffer.Broadcast;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.buffer.MatrixProducts;
import rewind.autograd.buffer.Script;
import rewind.autograd.buffer.Selection;
import rewind.autograd.buffer.Sizes;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.memory.InPlace;
import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Space;

/**
 * What can be done with tensors, as values: the kinds of operations. What makes one of them fast stands here beside its kernel: its rule
 * in place, which a sweep uses where it can instead of the rule in tensor language. Both give the same bits.
 */
interface TensorOperation extends Operation<Tensor> {
    // what recurrent cells consist of: made once, as a small tensor takes little longer than making these
    Binary ADD = new Binary("add", Kernels::add, Reads.NOTHING, null, null);
    Binary SUB = new Binary("sub", Kernels::sub, Reads.NOTHING, null, null);
    Binary MUL = new Binary("mul", Kernels::mul, Reads.OPERANDS, InPlace.PRODUCT, InPlace.PRODUCT);
    Unary TANH = new Unary("tanh", Kernels::tanh).inPlace(Kernels::tanhPullback);
    Unary SIGMOID = new Unary("sigmoid", Kernels::sigmoid).inPlace(Kernels::sigmoidPullback);

    /** The pullback for one operand; with the rule in place, if there is one for operands of these shapes. */
    default Pullback pullback(int operand, Rule rule, Tensor[] operands, Tensor y) {
        return rule.of(y);
    }

    /** Which values its rules read. */
    enum Reads {
        NOTHING,
        OPERANDS,
        /** Operands and its own value. */
        ALL
    }

    /** Which values its rules may read. */
    default Reads reads() {
        return Reads.ALL;
    }

    /** Whether each element of the value is a function of those of the operands at the same place, after broadcasting. */
    default boolean isElementwise() {
        return this instanceof Unary || this instanceof Binary || this instanceof Ternary;
    }

    /** Writes the value of an operation into its output. */
    @FunctionalInterface
    interface Forward {
        void run(Kernels<Object> kernels, Buffer[] inputs, Buffer output);
    }

    /** An operation whose kernel writes a new array. */
    interface Computed extends TensorOperation, Forward {
        /** Whether a script hears by itself of what is done, in parts that it can tell apart. */
        default boolean isHeard() {
            return isElementwise();
        }

        /** Writes the value; where a script listens, it can do that again. */
        default void perform(Buffer[] in, Buffer out) {
            Script script = out.script();
            if (script == null) {
                run(out.kernels(), in, out);
                return;
            }
            script.begin(name(), this::attributes);
            if (isHeard()) {
                run(out.kernels(), in, out);
            } else {
                script.perform(action(in, out), out, in);
            }
        }

        /** What writes the value, as often as it is run. */
        default Runnable action(Buffer[] in, Buffer out) {
            return () -> run(out.kernels(), in, out);
        }

        @Override
        default Tensor apply(Tensor[] operands, Space<Tensor> space) {
            TensorSpace of = (TensorSpace) space;
            Tensor y = of.dtype().empty(of.shape());
            perform(Op.buffers(operands), y.buffer());
            return y;
        }
    }

    /**
     * A function of every element by itself.
     *
     * @param inPlace dx = f(y, dy) from the output y, or null
     */
    record Unary(String name, Loops.UnaryKernel kernel, InPlace inPlace) implements Computed {
        Unary(String name, Loops.UnaryKernel kernel) {
            this(name, kernel, null);
        }

        /** The same with dx = f(y, dy), from the output. */
        Unary inPlace(Loops.BinaryKernel pullback) {
            return new Unary(name, kernel, InPlace.of(pullback));
        }

        @Override
        public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
            run(in[0], out);
        }

        void run(Buffer x, Buffer y) {
            Loops.run(kernel, x, y);
        }

        @Override
        public Pullback pullback(int operand, Rule rule, Tensor[] operands, Tensor y) {
            return inPlace == null ? rule.of(y) : new Cotangents.InPlacePullback(rule.of(y), inPlace, y);
        }
    }

    /**
     * A function of every pair of elements, with broadcasting.
     *
     * @param ofLeft dx = f(y, dz), or null; used where nothing is repeated
     * @param ofRight dy = f(x, dz), or null
     */
    record Binary(String name, Loops.BinaryKernel kernel, Reads reads, InPlace ofLeft, InPlace ofRight)
            implements Computed {
        Binary(String name, Loops.BinaryKernel kernel) {
            this(name, kernel, Reads.ALL, null, null);
        }

        @Override
        public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
            run(in[0], in[1], out);
        }

        void run(Buffer x, Buffer y, Buffer z) {
            Broadcast.run(kernel, x, y, z);
        }

        @Override
        public Pullback pullback(int operand, Rule rule, Tensor[] operands, Tensor z) {
            InPlace form = operand == 0 ? ofLeft : ofRight;
            boolean repeated = !operands[0].shape().equals(z.shape())
                    || !operands[1].shape().equals(z.shape());
            return form == null || repeated
                    ? rule.of(z)
                    : new Cotangents.InPlacePullback(rule.of(z), form, operands[1 - operand]);
        }
    }

    /** A function of every three elements, with broadcasting. */
    record Ternary(String name, Loops.TernaryKernel kernel) implements Computed {
        @Override
        public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
            Broadcast.run(kernel, in, out);
        }
    }

    /** A function of the elements along adjacent axes, which are seen as the middle one of [outer, n, inner]. */
    record AlongAxes(String name, Loops.ReductionKernel kernel, int... axes) implements Computed {
        @Override
        public Map<String, Object> attributes() {
            return Map.of("axes", Arrays.stream(axes).boxed().toList());
        }

        @Override
        public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
            int[] sizes = in[0].sizes();
            int from = axes.length == 0 ? 0 : axes[0];
            int to = from + axes.length;
            int outer = Sizes.count(sizes, 0, from);
            int n = Sizes.count(sizes, from, to);
            int inner = Sizes.count(sizes, to, sizes.length);
            kernel.run(kernels, in[0].data, in[0].offset, out.data, out.offset, outer, n, inner);
        }
    }

    /** Selected elements of the operand, copied; their attributes say which in the caller's words. */
    record Taken(String name, Selection where, Supplier<Map<String, Object>> words) implements Computed {
        @Override
        public Map<String, Object> attributes() {
            return words.get();
        }

        @Override
        public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
            where.takeFrom(in[0], out);
        }

        @Override
        public Runnable action(Buffer[] in, Buffer out) {
            return where.taking(in[0], out);
        }
    }

    /** An operation whose value shares the array of its operand, from a position on. */
    record Part(String name, int start, Supplier<Map<String, Object>> words) implements TensorOperation {
        @Override
        public Map<String, Object> attributes() {
            return words.get();
        }

        @Override
        public Tensor apply(Tensor[] operands, Space<Tensor> space) {
            return of(operands[0], ((TensorSpace) space).shape());
        }

        @Override
        public Pullback pullback(int operand, Rule rule, Tensor[] operands, Tensor y) {
            return new Cotangents.OfPart(rule.of(y), start);
        }

        Tensor of(Tensor whole, Shape shape) {
            return whole.part(start, shape);
        }
    }

    /** The same elements in another type. */
    record Conversion(String name, DType dtype) implements TensorOperation {
        static void perform(Buffer x, Buffer y) {
            Runnable work = () -> {
                double[] elements = new double[x.size()];
                x.kernels().toDoubles(x.data, x.offset, elements, 0, elements.length);
                y.kernels().fromDoubles(elements, 0, y.data, y.offset, elements.length);
            };
            if (y.script() == null) {
                work.run();
            } else {
                y.script().perform(work, y, x);
            }
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("dtype", dtype);
        }

        @Override
        public Tensor apply(Tensor[] operands, Space<Tensor> space) {
            return operands[0].to(dtype);
        }
    }

    /** Any other function of whole arrays. */
    record Computation(String name, Forward forward, Map<String, Object> attributes) implements Computed {
        Computation(String name, Forward forward) {
            this(name, forward, Map.of());
        }

        @Override
        public void run(Kernels<Object> kernels, Buffer[] inputs, Buffer output) {
            forward.run(kernels, inputs, output);
        }
    }

    /**
     * An operation of a user's own.
     *
     * @param forward its function, or null where no reader asks for it: it may hold anything
     */
    record Users(String name, Function<Tensor[], Tensor> forward) implements TensorOperation {
        @Override
        public Tensor apply(Tensor[] operands, Space<Tensor> space) {
            return forward.apply(operands);
        }

        @Override
        public boolean isUsers() {
            return true;
        }
    }

    /** A list of numbers, as the value of an attribute. */
    static List<Integer> list(int... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    /**
     * The product op(a)·op(b) of every pair of matrices in the last two axes, op transposing them where told. The leading axes broadcast;
     * the result has those of {@code batch}, over the others the products are summed. So defined, the pullbacks of a product are products
     * of the same kind: for z = a·b they are da = dz·bᵀ and db = aᵀ·dz, and for a transposed a, da = (dz·bᵀ)ᵀ = b·dzᵀ.
     */
    record MatrixProduct(boolean ta, boolean tb) implements Computed {
        static Tensor of(Tensor a, boolean ta, Tensor b, boolean tb, Shape batch) {
            Shape shape = batch.followedBy(a.size(ta ? -1 : -2), b.size(tb ? -2 : -1), a.shape());
            Shape ofA = a.shape().beforeMatrix();
            Shape ofB = b.shape().beforeMatrix();
            return Op.compute(
                    new MatrixProduct(ta, tb),
                    shape,
                    new Tensor[] {a, b},
                    z -> dz -> ta ? of(b, tb, dz, true, ofA) : of(dz, false, b, !tb, ofA),
                    z -> dz -> tb ? of(dz, true, a, ta, ofB) : of(a, !ta, dz, false, ofB));
        }

        @Override
        public String name() {
            return "matmul";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("transposedLeft", ta, "transposedRight", tb);
        }

        @Override
        public Reads reads() {
            return Reads.OPERANDS;
        }

        @Override
        public boolean isHeard() {
            return true;
        }

        @Override
        public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
            MatrixProducts.multiply(in[0], ta, in[1], tb, out, false);
        }

        @Override
        public Pullback pullback(int operand, Rule rule, Tensor[] operands, Tensor z) {
            InPlace form = operand == 0
                    ? new InPlace.OfMatrixProduct(ta, ta == tb, ta)
                    : new InPlace.OfMatrixProduct(!tb, tb == ta, tb);
            return new Cotangents.InPlacePullback(rule.of(z), form, operands[1 - operand]);
        }
    }
}

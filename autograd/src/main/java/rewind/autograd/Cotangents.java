package rewind.autograd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Selection;
import rewind.autograd.memory.InPlace;
import rewind.autograd.memory.InPlaceSum;
import rewind.autograd.memory.Lender;
import rewind.autograd.memory.TapeMemory;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Memory;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Sum;
import rewind.autograd.reverse.Sweep;

/**
 * The sums of a sweep over tensors: in memory that is used again, and in place where a pullback can; and the kinds of pullbacks that it tells
 * apart for that.
 */
final class Cotangents implements Memory<Tensor> {
    private final Lender lender;

    private Cotangents(Lender lender) {
        this.lender = lender;
    }

    /** The sums of one sweep. */
    static Memory<Tensor> in(Lender lender) {
        return TapeMemory.PLAIN ? entry -> Sum.plain(entry.space()) : new Cotangents(lender);
    }

    @Override
    public Sum<Tensor> sum(Entry<Tensor> entry) {
        return new Cotangent(lender, TensorSpace.of(entry));
    }

    @Override
    public void pullBack(Entry<Tensor> entry, int operand, Tensor dy, Sweep<Tensor> sweep) {
        UnaryOperator<Tensor> pullback = entry.pullbacks()[operand];
        Entry<Tensor> to = entry.operand(operand);
        UnaryOperator<Tensor> rule = pullback instanceof OfPart part ? part.rule() : pullback;
        if (rule instanceof Selections.Placed placed && addsInPlace(placed, to, dy, sweep)) {
            ((Cotangent) sweep.at(to)).add(placed.where(), dy);
        } else if (!(pullback instanceof InPlacePullback inPlace && pullBackInPlace(inPlace, to, dy, sweep))) {
            Tensor dx = entry.operation().isUsers() ? applyUsers(pullback, dy) : pullback.apply(dy);
            if (isPart(to) && !sweep.isObserved() && !dx.isRecorded()) {
                addToWhole(to, to.space().fit(dx, entry.name(), operand), sweep);
            } else {
                sweep.add(entry, operand, dx);
            }
        }
    }

    private static boolean isPart(Entry<Tensor> entry) {
        return entry.arity() == 1 && entry.pullbacks()[0] instanceof OfPart;
    }

    /** Adds to the cotangent of the whole at once: those of many parts would wait, all of them, until the sweep comes to the whole. */
    private static void addToWhole(Entry<Tensor> part, Tensor dx, Sweep<Tensor> sweep) {
        Entry<Tensor> whole = part;
        int start = 0;
        while (isPart(whole)) {
            start += ((OfPart) whole.pullbacks()[0]).start();
            whole = whole.operand(0);
        }
        boolean smaller = dx.size() < TensorSpace.of(whole).shape().size(); // else it is taken as it is
        if (smaller && !sweep.has(part) && ((Cotangent) sweep.at(whole)).isConstant()) {
            ((Cotangent) sweep.at(whole)).add(start, dx.buffer());
        } else {
            sweep.at(part).add(dx);
        }
    }

    /** Whether dy can be added at its place: always, unless that must be recorded or seen as an operation on what names the place. */
    private static boolean addsInPlace(Selections.Placed placed, Entry<Tensor> whole, Tensor dy, Sweep<Tensor> sweep) {
        return placed.rows() == null
                || (placed.isConstant(dy) && !sweep.isObserved() && ((Cotangent) sweep.at(whole)).isConstant());
    }

    /** Adds to the cotangent of the whole of which the operand is a contiguous part; does nothing where that must be recorded or seen. */
    private static boolean pullBackInPlace(
            InPlacePullback pullback, Entry<Tensor> operand, Tensor dy, Sweep<Tensor> sweep) {
        if (sweep.isObserved() || !pullback.isConstant(dy)) {
            return false;
        }
        Shape shape = TensorSpace.of(operand).shape();
        Entry<Tensor> whole = operand;
        int start = 0;
        boolean waits = pullback.form().isWeightGradient(pullback.held().buffer(), dy.buffer(), shape.sizes());
        while (!waits && isPart(whole)) {
            start += ((OfPart) whole.pullbacks()[0]).start();
            whole = whole.operand(0);
        }
        Cotangent sum = (Cotangent) sweep.at(whole);
        if (!sum.isConstant()) {
            return false;
        }
        if (waits) {
            sum.addWeightGradient(pullback.held().buffer(), dy.buffer());
        } else {
            sum.add(start, shape, pullback, dy.buffer());
        }
        return true;
    }

    /** Applies a pullback of a user's, which may store what it gets and makes. */
    private Tensor applyUsers(UnaryOperator<Tensor> pullback, Tensor dy) {
        dy.buffer().settled();
        return lender.keepAll(() -> pullback.apply(dy));
    }

    @Override
    public void endEntry() {
        lender.endEntry();
    }

    /**
     * The sum of what arrives at one entry: in place as long as it is constant. Contributions that are themselves recorded (the sweep is
     * being differentiated) are added by operations instead.
     */
    private static final class Cotangent implements Sum<Tensor> {
        private final Lender lender;
        private final TensorSpace space;
        /** What has arrived in place, or null. */
        private InPlaceSum constant;
        /** What has arrived otherwise: the only constant contribution, or the sum since one was recorded; or null. */
        private Tensor sum;
        /** Recorded contributions to parts of the value: put together once, so that T parts cost T and not T². */
        private List<Piece> parts;

        private record Piece(Selection where, Tensor part) {}

        Cotangent(Lender lender, TensorSpace space) {
            this.lender = lender;
            this.space = space;
        }

        /** Whether in-place contributions can be added. */
        boolean isConstant() {
            return parts == null && (sum == null || !sum.isRecorded());
        }

        @Override
        public void add(Tensor dx) {
            if (dx.isRecorded() || (sum != null && sum.isRecorded())) {
                addRecorded(dx);
            } else if (constant == null && sum == null) {
                sum = dx;
                sum.buffer().hold();
            } else {
                constant().add(dx.buffer());
            }
        }

        /** Adds the contribution of a rule, of the given shape, to the elements from {@code start} on. */
        void add(int start, Shape part, InPlacePullback rule, Buffer dy) {
            constant()
                    .add(
                            start,
                            part.sizes(),
                            part.size(),
                            rule.form(),
                            rule.held().buffer(),
                            dy);
        }

        /** Adds a contribution to the elements from {@code start} on. */
        void add(int start, Buffer part) {
            constant().add(start, part);
        }

        /** Adds xᵀ·dy to a weight's gradient, later. */
        void addWeightGradient(Buffer x, Buffer dy) {
            constant().addWeightGradient(x, dy);
        }

        /** Adds a contribution to some elements only. */
        void add(Selection selection, Tensor part) {
            if (isConstant() && !part.isRecorded()) {
                constant().add(selection, part.buffer());
                return;
            }
            if (parts == null) {
                parts = new ArrayList<>();
            }
            parts.add(new Piece(selection, part));
        }

        @Override
        public Tensor total() {
            if (parts != null) {
                List<Selection> places = parts.stream().map(Piece::where).toList();
                List<Tensor> all = parts.stream().map(Piece::part).toList();
                parts = null;
                addRecorded(Selections.place("place", Map.of("where", places), space.shape(), places, all));
            }
            return constant == null ? sum : new Tensor(constant.total(), space.shape(), Places.none());
        }

        @Override
        public void release() {
            if (constant != null) {
                constant.release();
            } else {
                sum.buffer().release();
            }
        }

        private void addRecorded(Tensor dx) {
            Tensor next = dx;
            if (constant != null || sum != null) {
                next = (constant == null ? sum : new Tensor(constant.total(), space.shape(), Places.none())).add(dx);
                release();
            }
            constant = null;
            sum = next;
            sum.buffer().hold();
        }

        private InPlaceSum constant() {
            if (constant == null) {
                Shape shape = space.shape();
                constant = new InPlaceSum(lender, space.dtype().kernels(), shape.sizes(), shape.size());
                if (sum != null) {
                    constant.add(sum.buffer());
                    sum.buffer().release();
                    sum = null;
                }
            }
            return constant;
        }
    }

    /** The pullback of a part: what arrives at the part can go straight to its place in the cotangent of the whole. */
    record OfPart(Pullback rule, int start) implements Pullback {
        @Override
        public Tensor apply(Tensor dy) {
            return rule.apply(dy);
        }
    }

    /**
     * A pullback, and the same in place, which writes to memory that it is given and so makes no tensor.
     *
     * @param rule dy ↦ dx in tensor language, for sweeps that are recorded or observed
     * @param form the same in place
     * @param held what dx depends on besides dy
     */
    record InPlacePullback(Pullback rule, InPlace form, Tensor held) implements Pullback {
        @Override
        public Tensor apply(Tensor dy) {
            return rule.apply(dy);
        }

        /** Whether nothing that dx depends on is being recorded. */
        boolean isConstant(Tensor dy) {
            return !held.isRecorded() && !dy.isRecorded();
        }
    }

    /**
     * A sweep that tells two kinds of 0 apart where a slope is infinite. A 0 that nothing has reached is one for good, so that 0·∞ = 0: the
     * result does not depend on the element. Any other 0 is the value of a derivative that vanishes here alone, as that of z = √x·√x by
     * either root at 0, and 0·∞ stays NaN: nobody knows the limit.
     *
     * <p>Beside each cotangent goes one that is NaN where something has arrived. Pullbacks are linear, so they carry the NaN to all that it
     * reaches, and not to what a rule masks.
     */
    static final class ExactZeros implements Memory<Tensor> {
        private final Map<Entry<Tensor>, Tensor> reached = new HashMap<>();

        /** For a sweep from a result; 0 in dy is one for good. */
        ExactZeros(Entry<Tensor> result, Tensor dy) {
            reached.put(result, Joins.where(dy, dy.scalar(Double.NaN), dy.scalar(0)));
        }

        @Override
        public Sum<Tensor> sum(Entry<Tensor> entry) {
            return Sum.plain(entry.space());
        }

        @Override
        public void pullBack(Entry<Tensor> entry, int operand, Tensor dy, Sweep<Tensor> sweep) {
            Tensor from = reached.get(entry);
            Entry<Tensor> to = entry.operand(operand);
            Tensor onto = to.space().fit(pullBack(entry, operand, from, from), entry.name(), operand);
            reached.merge(to, onto, Tensor::add);
            sweep.add(entry, operand, pullBack(entry, operand, dy, from));
        }

        /** Only functions of single elements have slopes that are infinite for finite elements. */
        private static Tensor pullBack(Entry<Tensor> entry, int operand, Tensor dy, Tensor from) {
            Tensor dx = entry.pullbacks()[operand].apply(dy);
            boolean elementwise = ((TensorOperation) entry.operation()).isElementwise();
            return elementwise ? Joins.where(from, dx, dx.scalar(0)) : dx;
        }
    }
}

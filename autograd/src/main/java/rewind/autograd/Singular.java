package rewind.autograd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Computed;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.TensorOperation.Part;
import rewind.autograd.TensorOperation.Taken;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Places;

/** What rules do at points where a derivative does not exist, or would be lost in an infinity. */
final class Singular {
    /** Beyond this a gate is 0 or 1 to the last digit. */
    private static final double FAR = 1000;

    private Singular() {}

    /**
     * Marks points at which a rule gives a derivative by convention, 0 or the mean of several slopes, although there is none. There is no second
     * derivative either, and the rule's own would be a number without meaning: it is NaN instead, for these elements alone. A rule that
     * gives the derivative of one branch needs nothing of the kind: all its derivatives are those of that branch.
     *
     * <p>Returns dx, with NaN for its derivative by an operand at the marked elements. Its derivative by dy stays what it is.
     *
     * @param name of the pullback
     * @param dx linear in dy
     * @param marked not 0 at a kink, of a shape that broadcasts to that of dx; asked for only when second derivatives are taken
     * @param rows the axes of dx whose elements have a kink in common, or null if every element stands for itself
     * @param operand on which dx depends
     */
    static Tensor kink(String name, Tensor dx, Tensor dy, Supplier<Tensor> marked, Axes rows, Tensor operand) {
        if (!operand.isRecorded() || dx.size() == 0) {
            return dx;
        }
        boolean given = !dy.isRecorded();
        Forward copy = (k, in, out) -> k.copy(in[0].data, in[0].offset, out.data, out.offset, out.size());
        return Op.compute(
                name,
                dx.shape(),
                copy,
                new Tensor[] {dx, operand},
                z -> dz -> dz,
                z -> dz -> undefined(given ? dy.notEqualTo(0) : dy.scalar(1), marked, rows, dz));
    }

    /**
     * NaN at kinks that matter, else 0: those where something arrives, and where the cotangent of the first sweep is not 0 for good. If it
     * changes with x, whether there is a derivative depends on how.
     */
    private static Tensor undefined(Tensor needed, Supplier<Tensor> marked, Axes rows, Tensor dz) {
        Tensor kink = marked.get();
        Tensor arrives = dz.notEqualTo(0).mul(kink).mul(needed);
        Tensor matters = rows == null ? arrives : arrives.max(rows).mul(kink);
        return Joins.where(matters, dz.scalar(Double.NaN), Tensor.zeros(dz.dtype(), dz.shape()));
    }

    /** Returns x ⊙ gate(x) for a gate that is 0 or 1 to the last digit for |x| &ge; {@value #FAR}, so that it has limits at ±∞. In the pullback of the gate a far factor stands for infinite ones: ∞·0 would be NaN. */
    static Tensor gated(String name, Tensor x, Tensor gate) {
        return Op.compute(
                name,
                x.shape(),
                (k, in, out) -> Loops.run(Kernels::masked, in[1], in[0], out),
                new Tensor[] {x, gate},
                y -> dy -> dy.maskedBy(gate),
                y -> dy -> dy.mul(near(x)));
    }

    /** Returns x, or the nearest number at which gates do not change any more. */
    static Tensor near(Tensor x) {
        return x.clamp(-FAR, FAR);
    }

    /**
     * The pullback of y = √s, for an s that is smooth where it is 0. There y has a kink, but its powers from the second on have not, and
     * their derivatives must not go through that of y: ∂yᵖ/∂x = p yᵖ⁻² ∂(s/2)/∂x.
     *
     * @param x of which y is a function
     * @param root computes y from x
     * @param half the pullback of s/2
     * @param value gives y
     * @param pullback of y
     */
    record Root(Tensor x, Computed root, UnaryOperator<Tensor> half, Supplier<Tensor> value, Pullback pullback)
            implements Pullback {
        @Override
        public Tensor apply(Tensor dy) {
            return pullback.apply(dy);
        }

        /** It is a power of a root, of this operand: which ones. */
        private Map<String, Object> attributes(double p) {
            Map<String, Object> attributes = new HashMap<>(root.attributes());
            attributes.put("root", root.name());
            attributes.put("power", p);
            return attributes;
        }

        private Tensor power(String name, double p, TensorSpace space) {
            Forward kernel = (k, in, out) -> {
                root.run(k, in, out);
                if (p == 2) {
                    k.square(out.data, out.offset, out.data, out.offset, out.size());
                } else {
                    Object exponent = k.allocate(1);
                    k.fill(p, exponent, 0, 1);
                    k.pow(out.data, out.offset, 1, exponent, 0, 0, out.data, out.offset, out.size());
                }
            };
            Pullback smooth = dz -> half.apply(
                    p == 2 ? dz.mul(2) : dz.mul(value.get().pow(p - 2).mul(p)));
            return Op.compute(
                    new Computation(name, kernel, attributes(p)),
                    space.shape(),
                    new Tensor[] {x},
                    z -> new Power(this, p, smooth));
        }
    }

    /** The pullback of z = yᵖ for a root y, p ≥ 2. */
    private record Power(Root root, double p, Pullback pullback) implements Pullback {
        @Override
        public Tensor apply(Tensor dz) {
            return pullback.apply(dz);
        }
    }

    /**
     * A value that is known as a power of a root, with its elements moved: reshaped, permuted, reversed, repeated. To a part of them this
     * does not apply: a loop over n parts would compute the power of all of them n times.
     *
     * @param moves what moved them, the last first
     */
    private record OfRoot(Entry<Tensor> entry, Root root, double p, List<Entry<Tensor>> moves) {
        private static final Set<String> MOVES = Set.of("reshape", "permute", "flip", "broadcastTo");

        /** What y is known as, or null. */
        static OfRoot of(Tensor y) {
            Entry<Tensor> entry = first(y.places);
            List<Entry<Tensor>> moves = List.of();
            while (entry != null && entry.arity() == 1) {
                UnaryOperator<Tensor> pullback = entry.pullbacks()[0];
                if (pullback instanceof Root root) {
                    return new OfRoot(entry, root, 1, moves);
                } else if (pullback instanceof Power power) {
                    return new OfRoot(entry, power.root, power.p, moves);
                } else if (!moves(entry)) {
                    return null;
                }
                moves = moves.isEmpty() ? new ArrayList<>() : moves;
                moves.add(entry);
                entry = entry.operand(0);
            }
            return null;
        }

        private static Entry<Tensor> first(Places<Tensor> places) {
            return places instanceof Entry<Tensor> only
                    ? only
                    : places.isNone() ? null : places.iterator().next();
        }

        private static boolean moves(Entry<Tensor> entry) {
            Operation<Tensor> operation = entry.operation();
            return (operation instanceof Part || operation instanceof Taken) && MOVES.contains(operation.name());
        }

        /** Whether both are powers of the same root, moved alike. */
        boolean isLike(OfRoot other) {
            boolean same =
                    root.x == other.root.x && isSame(root.root, other.root.root) && moves.size() == other.moves.size();
            for (int i = 0; same && i < moves.size(); i++) {
                Entry<Tensor> move = other.moves.get(i);
                same = isSame(moves.get(i).operation(), move.operation())
                        && moves.get(i).space().equals(move.space());
            }
            return same;
        }

        private static boolean isSame(Operation<Tensor> one, Operation<Tensor> other) {
            return one.name().equals(other.name()) && one.attributes().equals(other.attributes());
        }

        /** This power of the root, moved as this value; null if it has a kink as well. */
        Tensor power(String name, double power) {
            if (!(power >= 2)) {
                return null;
            }
            Tensor z = root.power(name, power, TensorSpace.of(entry));
            for (int i = moves.size() - 1; i >= 0; i--) {
                z = Op.again(moves.get(i), z);
            }
            return z;
        }
    }

    /** Whether a value is known as a power of a root. */
    static boolean isRoot(Tensor y) {
        return OfRoot.of(y) != null;
    }

    /** Returns yᵖ for a root y, smooth where that has a kink; null if y is none, or its power has a kink as well. */
    static Tensor power(String name, Tensor y, double p) {
        OfRoot known = OfRoot.of(y);
        return known == null ? null : known.power(name, known.p * p);
    }

    /** Returns x ⊙ y likewise where both are powers of the same root, else null. */
    static Tensor product(Tensor x, Tensor y) {
        OfRoot left = OfRoot.of(x);
        OfRoot right = left == null ? null : y == x ? left : OfRoot.of(y);
        return right != null && left.isLike(right) ? left.power("mul", left.p + right.p) : null;
    }
}

package rewind.autograd.algebra;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.algebra.Term.Matmul;
import rewind.autograd.algebra.Term.Permuted;
import rewind.autograd.algebra.Term.Product;

/** Multiplies matrices: part by part and row by row, where an operand is put together from parts. */
public final class Multiplying {
    private Multiplying() {}

    /** The product of matrices; see {@link Matmul}. */
    public static Term matmul(Term left, boolean ta, Term right, boolean tb, Shape shape) {
        if (Terms.isNumber(left, 0) || Terms.isNumber(right, 0)) {
            return Terms.zero(shape);
        }
        if (left instanceof Product p && p.factor() != 1) {
            return Terms.product(
                    p.factor(), List.of(matmul(Terms.product(1, p.factors(), p.shape()), ta, right, tb, shape)), shape);
        }
        if (right instanceof Product p && p.factor() != 1) {
            return Terms.product(
                    p.factor(), List.of(matmul(left, ta, Terms.product(1, p.factors(), p.shape()), tb, shape)), shape);
        }
        if (isTranspose(left)) {
            return matmul(((Permuted) left).of(), !ta, right, tb, shape);
        }
        if (isTranspose(right)) {
            return matmul(left, ta, ((Permuted) right).of(), !tb, shape);
        }
        int most = Math.max(left.shape().rank(), right.shape().rank());
        boolean single = true;
        for (int axis = most; axis > 2; axis--) { // counted from the end
            int n = Math.max(Shapes.size(left.shape(), axis), Shapes.size(right.shape(), axis));
            single &= n == 1;
            if (n > 1 && (Selecting.isPiled(left, axis) || Selecting.isPiled(right, axis))) {
                return overParts(left, ta, right, tb, axis, n, shape);
            }
        }
        if (Selecting.isPiled(left, 2) || (ta && Selecting.isPiled(right, 2))) {
            Term parts = overRows(left, ta, right, tb, shape);
            if (parts != null) {
                return parts;
            }
        }
        if (single && (left.shape().rank() > 2 || right.shape().rank() > 2)) {
            Term product = matmul(matrix(left), ta, matrix(right), tb, Shapes.matrix(shape));
            return Terms.view(product, shape);
        }
        return new Matmul(left, ta, right, tb, shape);
    }

    private static Term matrix(Term term) {
        return Terms.view(term, Shapes.matrix(term.shape()));
    }

    private static boolean isTranspose(Term term) {
        int rank = term.shape().rank();
        return term instanceof Permuted permuted
                && permuted.order().get(rank - 1) == rank - 2
                && permuted.order().get(rank - 2) == rank - 1
                && IntStream.range(0, rank - 2).allMatch(i -> permuted.order().get(i) == i);
    }

    /** A product part by part along a leading axis, of which one operand is put together. */
    private static Term overParts(Term left, boolean ta, Term right, boolean tb, int axis, int parts, Shape shape) {
        boolean kept = Shapes.size(shape, axis) != 1;
        boolean named = axis <= shape.rank();
        Shape part = named ? Shapes.without(shape, shape.rank() - axis) : shape;
        SortedMap<Integer, Term> pieces = new TreeMap<>();
        for (int i = 0; i < parts; i++) {
            Term l = Selecting.selectAligned(left, axis, i);
            Term r = Selecting.selectAligned(right, axis, i);
            pieces.put(i, matmul(l, ta, r, tb, part));
        }
        if (kept) {
            return Terms.pile(shape.rank() - axis, pieces, UnaryOperator.identity(), shape);
        }
        return Terms.view(Terms.sum(List.copyOf(pieces.values()), part), shape);
    }

    /**
     * A product row by row, of which the left operand is put together from rows, or the sum of the products of rows, of which an operand is;
     * null where leading axes are in the way.
     */
    private static Term overRows(Term left, boolean ta, Term right, boolean tb, Shape shape) {
        int axis = left.shape().rank() - 2;
        SortedMap<Integer, Term> pieces = new TreeMap<>();
        if (!ta && right.shape().rank() == 2 && shape.rank() == left.shape().rank()) {
            Shape part = Shapes.without(shape, axis);
            Shape rows = axis == 0 ? Shape.of(1, part.size()) : part;
            for (int i = 0; i < left.shape().size(axis); i++) {
                pieces.put(i, Terms.view(matmul(rows(left, i), false, right, tb, rows), part));
            }
            return Terms.pile(axis, pieces, UnaryOperator.identity(), shape);
        }
        boolean alike = Shapes.leading(left.shape()).equals(Shapes.leading(right.shape()));
        if (!ta || tb || axis > 1 || shape.rank() != 2 || !alike) {
            return null;
        }
        for (int i = 0; i < left.shape().size(axis); i++) {
            pieces.put(i, matmul(rows(left, i), true, rows(right, i), false, shape));
        }
        return Terms.sum(List.copyOf(pieces.values()), shape);
    }

    /** The rows at an index, of all leading ones. */
    private static Term rows(Term matrices, int index) {
        int axis = matrices.shape().rank() - 2;
        Term rows = Selecting.select(matrices, axis, index);
        return axis == 0 ? Terms.view(rows, Shape.of(1, rows.shape().size())) : rows;
    }
}

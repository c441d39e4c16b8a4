package rewind.onnx.operator;

import java.util.List;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Sums of products over axes that have letters. */
final class Sums {
    private Sums() {}

    /**
     * Returns the sum over all letters that the result does not have.
     *
     * @param terms a letter per axis of every operand
     * @param result the letters of the result's axes
     */
    static Tensor of(List<Tensor> operands, List<String> terms, String result) {
        StringBuilder letters = new StringBuilder(result);
        for (String term : terms) {
            term.chars()
                    .filter(c -> letters.indexOf(String.valueOf((char) c)) < 0)
                    .forEach(c -> letters.append((char) c));
        }
        Tensor product = null;
        for (int i = 0; i < terms.size(); i++) {
            Tensor spread = spread(operands.get(i), terms.get(i), letters.toString());
            product = product == null ? spread : product.mul(spread);
        }
        int[] summed = IntStream.range(result.length(), letters.length()).toArray();
        return summed.length == 0 ? product : product.sum(summed);
    }

    /** An operand with an axis for every letter, of size 1 for those that it does not have. */
    private static Tensor spread(Tensor x, String term, String letters) {
        Check.that(term.length() == x.rank(), "the term %s must have a letter per axis of %s", term, x.shape());
        Tensor y = x;
        StringBuilder own = new StringBuilder(term);
        for (int i = 0; i < own.length(); i++) { // a letter that is there twice stands for a diagonal
            int other = own.indexOf(own.substring(i, i + 1), i + 1);
            if (other > 0) {
                y = diagonal(y, i, other);
                own.deleteCharAt(other);
                i--;
            }
        }
        int[] order = letters.chars()
                .map(letter -> own.indexOf(String.valueOf((char) letter)))
                .filter(axis -> axis >= 0)
                .toArray();
        Tensor sorted = y.permute(order);
        for (int i = 0; i < letters.length(); i++) {
            sorted = own.indexOf(letters.substring(i, i + 1)) < 0 ? sorted.expandDims(i) : sorted;
        }
        return sorted;
    }

    private static Tensor diagonal(Tensor x, int first, int second) {
        Check.that(x.size(first) == x.size(second), "a diagonal needs equal sizes, got %s", x.shape());
        int[] sizes = new int[x.rank() - 1];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = x.size(i < second ? i : i + 1);
        }
        Shape shape = Shape.of(sizes);
        int[] places = new int[shape.size()];
        Places.each(shape, (flat, index) -> {
            int[] at = new int[x.rank()];
            for (int i = 0; i < at.length; i++) {
                at[i] = i == second ? index[first] : index[i < second ? i : i - 1];
            }
            places[flat] = Places.flat(x.shape(), at);
        });
        return Places.take(x, shape, places);
    }
}

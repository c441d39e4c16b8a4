package rewind.benchmarks.gradbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;

/** {@code det}: expansion by minors, all minors of one size at once. */
final class Determinant {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "primal",
                    input -> {
                        List<int[]> columns = columns(input.integer("ell"));
                        return Evaluation.ofValue(in -> determinant(in.get(0), columns), input.tensor("A"));
                    },
            "gradient",
                    input -> {
                        List<int[]> columns = columns(input.integer("ell"));
                        return Evaluation.ofGradient(in -> determinant(in.get(0), columns), input.tensor("A"));
                    });

    private Determinant() {}

    /**
     * Returns the columns of all minors: first those of the matrix, then those of the minors that its expansion leads to, and so on, n!/m!
     * times m columns of minors of m rows. Every second column of a minor has a minus sign: it is that of −A, which stands beside A.
     */
    private static List<int[]> columns(int n) {
        List<int[]> all = new ArrayList<>();
        int[] columns = IntStream.range(0, n).toArray();
        for (int m = n; m > 0; m--) {
            int[] signed = new int[columns.length];
            int[] next = new int[columns.length * (m - 1)];
            for (int i = 0, to = 0; i < columns.length; i++) {
                int first = i / m * m;
                signed[i] = (i - first) % 2 == 0 ? columns[i] : columns[i] + n;
                for (int j = first; j < first + m; j++) {
                    if (j != i) {
                        next[to++] = columns[j];
                    }
                }
            }
            all.add(signed);
            columns = next;
        }
        return all;
    }

    /** Returns det A = Σ_j ±a_1j·M_1j, and the minors M likewise. */
    private static Tensor determinant(Tensor elements, List<int[]> columns) {
        int n = columns.size();
        Tensor rows = elements.reshape(n, n);
        Tensor signed = Tensor.concat(1, rows, rows.neg());
        Tensor minors = signed.select(0, -1).gather(columns.get(n - 1));
        for (int row = n - 2; row >= 0; row--) {
            Tensor terms = signed.select(0, row).gather(columns.get(row)).mul(minors);
            minors = terms.reshape(-1, n - row).sum(1);
        }
        return minors.reshape();
    }
}

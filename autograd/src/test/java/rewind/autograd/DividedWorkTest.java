package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import rewind.autograd.fixture.Draws;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;
import rewind.fixture.ChildJvm;

/**
 * Every operation of the table with tensors so large that their work is divided among threads, values and gradients: one thread
 * and three give the same bits.
 */
class DividedWorkTest {
    @Test
    void everyOperationGivesTheSameBitsWithAnyNumberOfThreads() {
        List<String> alone = digests(1);
        assertThat(alone).hasSizeGreaterThan(Operations.all().size());
        assertThat(digests(3)).containsExactlyElementsOf(alone);
    }

    private static List<String> digests(int threads) {
        List<String> options = new ArrayList<>(List.of("-Drewind.threads=" + threads));
        if (!Boolean.getBoolean("rewind.plain")) {
            options.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        return ChildJvm.run(options, Digests.class)
                .lines()
                .filter(line -> line.contains(" = "))
                .toList();
    }

    /** Prints the digests of the JVM it runs in. */
    static final class Digests {
        /** The least number of elements whose moves are divided. */
        private static final int LARGE = 6250;

        private Digests() {}

        public static void main(String[] args) {
            List<Operation> all = Operations.all();
            for (int i = 0; i < all.size(); i++) {
                print(all.get(i), DType.FLOAT64);
                if (i % 4 == 0) { // loops are divided alike, whatever their elements are
                    print(all.get(i), DType.FLOAT32);
                }
            }
        }

        private static void print(Operation row, DType dtype) {
            Call call = row.draw().apply(Draws.large(0, row.signature(), dtype));
            requireLarge(row, largest(call));
            System.out.println(row + " " + dtype + " = " + digest(call));
        }

        /** The number of elements of the largest operand or result. */
        private static int largest(Call call) {
            return Stream.concat(Stream.of(call.value()), call.inputs().stream())
                    .mapToInt(Tensor::size)
                    .max()
                    .orElseThrow();
        }

        /** A scalar product of vectors is never divided, nor is a factorization; sums of products are as products of matrices are. */
        private static void requireLarge(Operation row, int largest) {
            if (largest < LARGE
                    && !row.signature().matches("(dot|einsum|solve\\w*|inverse|logDet|cholesky|qr|eigh|svd)\\(.*")) {
                throw new AssertionError(row + ": only " + largest + " elements: too little work to be divided");
            }
        }

        /** Of the value, and of the gradients of the inputs where there are any. */
        private static int digest(Call call) {
            Tape tape = new Tape();
            List<Tensor> inputs = call.inputs().stream().map(tape::watch).toList();
            Tensor y = call.function().apply(inputs);
            Stream<Tensor> results = Stream.of(y);
            if (y.isRecorded()) {
                Gradients gradients = tape.backward(y.square().sum());
                results = Stream.concat(results, inputs.stream().map(gradients::of));
            }
            return Arrays.hashCode(
                    results.mapToInt(t -> Arrays.hashCode(t.toArray())).toArray());
        }
    }
}

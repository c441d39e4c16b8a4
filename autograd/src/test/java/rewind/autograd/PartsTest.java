package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import rewind.autograd.buffer.Selection;

/** Parts of tensors, and tensors put together of parts, of sizes at which the work is divided among threads, and of the largest. */
class PartsTest {
    private static final int ROWS = 211;
    private static final int COLUMNS = 307;

    /** What must be at [i, j] of the result, seen as a matrix of so many columns. */
    private record Case(UnaryOperator<Tensor> function, int columns, IntBinaryOperator expected) {}

    /** Element [i, j] of x is at(i, j), its number from 1; that of padding is 0. */
    private static int at(int i, int j) {
        return 1 + i * COLUMNS + j;
    }

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("transpose", new Case(Tensor::transpose, ROWS, (i, j) -> at(j, i)));
        cases.put("slice rows", new Case(x -> x.slice(0, 5, -2), COLUMNS, (i, j) -> at(i + 5, j)));
        cases.put("the last rows", new Case(x -> x.slice(0, 3, ROWS), COLUMNS, (i, j) -> at(i + 3, j)));
        cases.put("the last columns", new Case(x -> x.slice(1, 3, COLUMNS), COLUMNS - 3, (i, j) -> at(i, j + 3)));
        cases.put("the first columns", new Case(x -> x.slice(1, 0, 9), 9, PartsTest::at));
        cases.put("every other of all columns", new Case(x -> x.slice(1, 0, COLUMNS, 2), 154, (i, j) -> at(i, 2 * j)));
        cases.put("slice every third row", new Case(x -> x.slice(0, 1, 211, 3), COLUMNS, (i, j) -> at(1 + 3 * i, j)));
        cases.put("slice columns", new Case(x -> x.slice(1, 2, 300), 298, (i, j) -> at(i, j + 2)));
        cases.put("slice every other column", new Case(x -> x.slice(1, 1, 306, 2), 153, (i, j) -> at(i, 1 + 2 * j)));
        cases.put("select a row", new Case(x -> x.select(0, -2), COLUMNS, (i, j) -> at(ROWS - 2, j)));
        cases.put("select a column", new Case(x -> x.select(1, 3), ROWS, (i, j) -> at(j, 3)));
        cases.put("pad rows", new Case(x -> x.pad(0, 1, 2), COLUMNS, (i, j) -> i < 1 || i > ROWS ? 0 : at(i - 1, j)));
        cases.put(
                "pad columns",
                new Case(x -> x.pad(1, 2, 1), COLUMNS + 3, (i, j) -> j < 2 || j > COLUMNS + 1 ? 0 : at(i, j - 2)));
        cases.put("gather", new Case(x -> x.gather(7, -1, 7), COLUMNS, (i, j) -> at(i == 1 ? ROWS - 1 : 7, j)));
        cases.put("flip", new Case(x -> x.flip(1), COLUMNS, (i, j) -> at(i, COLUMNS - 1 - j)));
        cases.put(
                "concat",
                new Case(x -> Tensor.concat(1, x, x.slice(1, 0, 9)), COLUMNS + 9, (i, j) -> at(i, j % COLUMNS)));
        cases.put(
                "stack",
                new Case(
                        x -> Tensor.stack(1, x, x.flip(0)),
                        COLUMNS,
                        (i, j) -> at(i % 2 == 0 ? i / 2 : ROWS - 1 - i / 2, j)));
        cases.put("split", new Case(x -> x.split(1, 300, 0, 7).get(2), 7, (i, j) -> at(i, 300 + j)));
        cases.put(
                "clamp",
                new Case(x -> x.clamp(0, 1e9), COLUMNS, PartsTest::at)); // goes through its elements part by part
        cases.put(
                "where",
                new Case(x -> Tensor.where(x.greater(40_000), v -> v, v -> v.mul(1), x), COLUMNS, PartsTest::at));
        return cases;
    }

    @Test
    void everyElementIsWhereItBelongs() {
        cases().forEach((name, each) -> {
            for (DType dtype : DType.values()) {
                Tensor y = each.function().apply(numbers(dtype));
                double[] expected = new double[y.size()];
                Arrays.setAll(expected, k -> each.expected().applyAsInt(k / each.columns(), k % each.columns()));
                assertSame(name + " " + dtype, y, expected);
            }
        });
    }

    /** What comes from an element goes back to it: the values tell which it is. */
    @Test
    void everyCotangentGoesWhereItsElementCameFrom() {
        cases().forEach((name, each) -> {
            for (DType dtype : DType.values()) {
                Tensor x = numbers(dtype);
                Tensor y = each.function().apply(x);
                Tensor dy = Tensor.arange(y.size())
                        .map(k -> 1 + k % 13)
                        .to(dtype)
                        .reshape(y.shape().toArray());
                double[] from = y.toArray();
                double[] expected = new double[x.size() + 1];
                for (int k = 0; k < y.size(); k++) {
                    expected[(int) from[k]] += 1 + k % 13;
                }
                double[] places = Arrays.copyOfRange(expected, 1, expected.length);
                assertSame(name + " " + dtype, Grad.vjp(each.function(), x, dy), places);
            }
        });
    }

    private static void assertSame(String what, Tensor actual, double... expected) {
        assertThat(Arrays.mismatch(actual.toArray(), expected))
                .as("%s: the first element of %s that differs", what, actual.shape())
                .isEqualTo(-1);
    }

    private static Tensor numbers(DType dtype) {
        return Tensor.arange(ROWS * COLUMNS).add(1).to(dtype).reshape(ROWS, COLUMNS);
    }

    /** An axis may be as long as an int can say, if another one is empty. */
    @Test
    void theLargestSizes() {
        int most = Integer.MAX_VALUE;
        assertThat(Tensor.zeros(0, 5).pad(1, 1, most - 6).shape()).isEqualTo(Shape.of(0, most));
        assertThat(Tensor.concat(0, Tensor.zeros(most - 1, 0), Tensor.zeros(1, 0))
                        .shape())
                .isEqualTo(Shape.of(most, 0));
        assertThat(Tensor.zeros(most, 0).slice(0, 1, most, most - 1).shape()).isEqualTo(Shape.of(1, 0));
        assertThat(Tensor.zeros(most, 0).slice(1, 0, 0).shape()).isEqualTo(Shape.of(most, 0));
        assertThat(Shape.of(most, 1).size()).isEqualTo(most);
        for (int[] sizes : new int[][] {{most, 2}, {2, most}, {most, 1, 2}}) {
            assertThatThrownBy(() -> Shape.of(sizes))
                    .hasMessageStartingWith("shape: at most 2147483647 elements fit into a tensor, got ");
        }
    }

    @Test
    void axesOfAStack() {
        Tensor x = Tensor.zeros(2, 3);
        assertThat(Tensor.stack(2, x, x).shape()).isEqualTo(Shape.of(2, 3, 2));
        assertThat(Tensor.stack(-3, x, x).shape()).isEqualTo(Shape.of(2, 2, 3));
        for (int axis : new int[] {3, -4}) {
            assertThatThrownBy(() -> Tensor.stack(axis, List.of(x, x)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "stack: axis " + axis + " must be an axis of the result of rank 3, from the shape [2, 3]");
        }
    }

    /** A branch without elements is not even called. */
    @Test
    void branchesThatAreNeverChosen() {
        Tensor x = Tensor.of(1, 2, 3);
        UnaryOperator<Tensor> never = v -> {
            throw new IllegalStateException("called");
        };
        assertThat(Tensor.where(Tensor.ones(3), v -> v, never, x).toArray()).containsExactly(1, 2, 3);
        assertThat(Tensor.where(Tensor.zeros(3), never, v -> v, x).toArray()).containsExactly(1, 2, 3);
        assertThatThrownBy(() -> Tensor.where(x, in -> x, in -> x, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("where: branches that are functions need at least one operand");
    }

    /** A number that is no index is named by its place. */
    @Test
    void placesInMessages() {
        Tensor ids = Tensor.of(new double[][] {{0, 1, 0}, {1, 0.5, 0}});
        assertThatThrownBy(() -> ids.oneHot(2))
                .hasMessage("oneHot: element [1, 1] of [2, 3] must be a whole number, got 0.5");
        assertThatThrownBy(() -> Tensor.ones(2).gather(ids))
                .hasMessage("gather: element [1, 1] of [2, 3] must be a whole number, got 0.5");
    }

    /** Recorded numbers of rows are an operand as long as the type of the rows can count them. */
    @Test
    void recordedRowsAreAnOperand() {
        Tensor rows = new Tape().watch(Tensor.of(0.0, -1));
        for (int more : new int[] {0, 1}) {
            Tensor part = Tensor.zeros(DType.FLOAT32, (1 << 24) + more, 0).gather(rows);
            assertThat(part.shape()).isEqualTo(Shape.of(2, 0));
            assertThat(part.isRecorded()).isEqualTo(more == 0);
        }
    }

    @Test
    void recordedRowsGiveTheSame() {
        for (DType dtype : DType.values()) {
            Tape tape = new Tape();
            Tensor rows = tape.watch(Tensor.of(2.0, -1, 0));
            Tensor x = tape.watch(Tensor.arange(6).reshape(3, 2).to(dtype));
            Tensor part = x.gather(rows);
            assertThat(part.toArray()).containsExactly(4, 5, 4, 5, 0, 1);
            Tensor dy = Tensor.arange(6).add(1).reshape(3, 2).to(dtype);
            assertThat(tape.backward(part.mul(dy).sum()).of(x).toArray()).containsExactly(5, 6, 0, 0, 4, 6);
        }
    }

    @Test
    void recordedRowsHaveSecondDerivatives() {
        Tensor rows = new Tape().watch(Tensor.of(2.0, -1, 0));
        Tensor hessian = Grad.hessian(x -> x.gather(rows).square().sum(), Tensor.of(1.0, 2, 3));
        assertThat(hessian.toArray()).containsExactly(2, 0, 0, 0, 0, 0, 0, 0, 4);
    }

    /** Elements that lie together are a view: an axis of one element may have any step. */
    @Test
    void whatLiesTogetherIsNotCopied() {
        assertThat(Selection.grid(3, new int[] {4, 1}, 2, 4).start()).isEqualTo(3);
        assertThat(Selection.grid(3, new int[] {9, 1}, 1, 4).start()).isEqualTo(3);
        assertThat(Selection.grid(0, new int[] {9, 1}, 2, 4).start()).isEqualTo(-1);
        assertThat(Selection.grid(0, new int[] {4, 2}, 2, 4).start()).isEqualTo(-1);
        Tensor x = Tensor.arange(6).reshape(2, 3);
        for (Tensor view : List.of(
                x.slice(0, 0, 1),
                x.select(0, 0),
                x.slice(0, 1, 2),
                x.expandDims(1).permute(1, 0, 2))) {
            assertThat(view.buffer().data).isSameAs(x.buffer().data);
        }
        assertThat(x.select(1, 0).buffer().data).isNotSameAs(x.buffer().data);
    }

    /** Those too that need not be taken out, as they lie together. */
    @Test
    void everySelectionTakesItsElements() {
        Tensor x = Tensor.arange(6).reshape(3, 2);
        Map<Selection, double[]> expected = Map.of(
                new Selection.Range(1),
                new double[] {1, 2},
                Selection.grid(0, new int[] {3}, 2),
                new double[] {0, 3},
                new Selection.Rows(new int[] {2}, 2),
                new double[] {4, 5});
        expected.forEach((selection, elements) -> {
            Tensor part = Tensor.zeros(2);
            selection.takeFrom(x.buffer(), part.buffer());
            assertThat(part.toArray()).containsExactly(elements);
        });
    }

    /** Also where the rows are no operand, and so are looked at at once. */
    @Test
    void rowsOfAClosedTapeAreRefused() {
        Tensor rows;
        try (Tape tape = new Tape()) {
            rows = tape.watch(Tensor.of(0.0, 1)).mul(1);
        }
        for (Tensor x : List.of(Tensor.ones(2), Tensor.zeros(DType.FLOAT32, (1 << 24) + 1, 0))) {
            assertThatThrownBy(() -> x.gather(rows))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("gather: a value of a closed tape was used");
        }
    }

    /** What is all of a tensor is the tensor. */
    @Test
    void wholeSlicesAreTheTensor() {
        Tensor x = Tensor.arange(6).reshape(2, 3);
        assertThat(x.slice(1, 0, 3)).isSameAs(x);
        assertThat(x.slice(-2, -2, 2)).isSameAs(x);
    }
}

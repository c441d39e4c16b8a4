package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A sum may take the memory of a product that nobody has read; nobody can tell, but by the memory. */
class UnreadValuesTest {
    private static final int SIZE = 3;

    private final Tensor a = Tensor.randn(new Well19937c(1), SIZE, SIZE);
    private final Tensor b = Tensor.randn(new Well19937c(2), SIZE, SIZE);

    @Example
    @DisabledIfSystemProperty(named = "rewind.memory", matches = "plain", disabledReason = "nothing is used again")
    void aSumTakesTheMemoryOfAProduct() {
        try (Tape tape = new Tape()) {
            Tensor x = tape.watch(a);
            assertThat(x.matmul(b).giveUp()).isNotNull();
            Tensor taken = x.matmul(b);
            Tensor sum = b.add(taken);
            assertThat(taken.giveUp()).isNull();
            assertThat(taken.buffer().data).isNotSameAs(sum.buffer().data);
            Tensor read = x.matmul(b);
            assertThat(read.tanh().size()).isEqualTo(read.size());
            assertThat(read.giveUp()).isNull();
            assertThat(x.tanh().giveUp()).isNull(); // its rule reads it
        }
    }

    @Example
    void aProductIsReadAfterItsSum() {
        for (BiFunction<Tensor, Tensor, Tensor> product :
                List.<BiFunction<Tensor, Tensor, Tensor>>of(Tensor::matmul, Tensor::mul, Tensor::maskedBy)) {
            try (Tape tape = new Tape(new Workspace())) {
                Tensor x = tape.watch(a);
                Tensor left = product.apply(x, b);
                Tensor right = product.apply(b, x);
                Tensor sum = left.add(right);
                Tensor difference = left.sub(right);
                Tensor twice = right.add(right);
                assertThat(left.toArray()).isEqualTo(product.apply(a, b).toArray());
                assertThat(right.toArray()).isEqualTo(product.apply(b, a).toArray());
                assertThat(sum.toArray())
                        .isEqualTo(product.apply(a, b).add(product.apply(b, a)).toArray());
                assertThat(difference.toArray())
                        .isEqualTo(product.apply(a, b).sub(product.apply(b, a)).toArray());
                assertThat(twice.toArray())
                        .isEqualTo(product.apply(b, a).add(product.apply(b, a)).toArray());
            }
        }
    }

    /** In a workspace sums are left as well, parts one by one, and functions of which the rule reads the value alone take memory too. */
    @Example
    @DisabledIfSystemProperty(named = "rewind.memory", matches = "plain", disabledReason = "nothing is used again")
    void inAWorkspacePartsAreWrittenOverOneByOne() {
        Workspace workspace = new Workspace();
        double[] expected = a.matmul(b).add(b).select(0, 1).toArray();
        for (boolean again : new boolean[] {false, true}) {
            try (Tape tape = new Tape(workspace)) {
                Tensor sums = tape.watch(a).matmul(b).add(b);
                Tensor row = sums.select(0, 0);
                Object memory = row.memory().data;
                assertThat(row.tanh().memory().data == memory).isEqualTo(!again);
                assertThat(sums.select(0, 2).tanh().memory().data == memory).isEqualTo(!again);
                Tensor kept = sums.select(0, 1);
                assertThat(kept.buffer().data).isSameAs(memory);
                assertThat(kept.tanh().memory().data).isNotSameAs(memory);
                assertThat(kept.toArray()).isEqualTo(expected);
                assertThat(sums.toArray())
                        .isEqualTo(a.matmul(b).add(b).toArray()); // which the second tape knows beforehand
            }
        }
    }

    /** What a sum has read for the last time serves the next value. */
    @Example
    @DisabledIfSystemProperty(named = "rewind.memory", matches = "plain", disabledReason = "nothing is used again")
    void memoryThatIsNotNeededServesTheNextValue() {
        try (Tape tape = new Tape(new Workspace())) {
            Tensor x = tape.watch(a);
            Tensor left = x.matmul(b);
            Object memory = left.memory().data;
            Tensor sum = left.add(x.mul(b));
            Tensor next = x.mul(a);
            assertThat(next.memory().data).isSameAs(memory);
            assertThat(left.toArray()).isEqualTo(a.matmul(b).toArray());
            assertThat(sum.toArray()).isEqualTo(a.matmul(b).add(a.mul(b)).toArray());
            assertThat(next.toArray()).isEqualTo(a.square().toArray());
        }
    }

    /** One element, and whether all are finite, are read as well as all of them; a sum in a part of an array is computed again from its start. */
    @Example
    void everyWayOfReadingFindsItComputedAgain() {
        Tensor c = Tensor.of(0.5, -1.25, 3);
        Tensor v = a.reshape(9).mul(2);
        double[] expected = v.slice(0, 1, 4).add(c).toArray();
        try (Tape tape = new Tape(new Workspace())) {
            Tensor recorded = tape.watch(a.reshape(9)).mul(2);
            Tensor sum = recorded.slice(0, 1, 4).add(c);
            assertThat(sum.tanh().size()).isEqualTo(3);
            for (int i = 0; i < expected.length; i++) {
                assertThat(sum.get(i)).isEqualTo(expected[i]);
            }
            assertThat(sum.isFinite()).isTrue();
            assertThat(sum).hasToString(Tensor.of(expected).toString());
            Tensor two = recorded.select(0, 7).add(recorded.select(0, 8));
            assertThat(two.add(recorded.select(0, 6)).rank()).isZero();
            assertThat(two.toDouble())
                    .isEqualTo(v.select(0, 7).add(v.select(0, 8)).toDouble());
        }
    }

    @Example
    void aLongChainOfSumsIsComputedAgain() {
        int many = 100_000;
        Tensor one = Tensor.of(1.0);
        try (Tape tape = new Tape(new Workspace())) {
            Tensor x = tape.watch(one);
            Tensor before = x.mul(one);
            Tensor sum = before.add(x.mul(one));
            for (int i = 2; i < many; i++) {
                before = sum;
                sum = sum.add(x.mul(one));
            }
            assertThat(before.toArray()).containsExactly(many - 1);
            assertThat(sum.toArray()).containsExactly(many);
        }
    }

    @Example
    void aProductOfAClosedTapeIsRefusedAsBefore() {
        Tape tape = new Tape(new Workspace());
        Tensor product = tape.watch(a).matmul(b);
        assertThat(product.add(b).rank()).isEqualTo(2);
        tape.close();
        assertThatThrownBy(product::toArray)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("toArray: a value of a closed tape was used; detach() what must outlive the tape");
    }

    @Example
    void aDetachedProductOutlivesItsTape() {
        Tensor kept;
        try (Tape tape = new Tape(new Workspace())) {
            Tensor product = tape.watch(a).matmul(b);
            assertThat(product.add(b).rank()).isEqualTo(2);
            kept = product.detach();
        }
        assertThat(kept.toArray()).isEqualTo(a.matmul(b).toArray());
    }

    /** Any order of sums and products, each read by any of the later ones: values, gradients and second derivatives. */
    @Property(tries = 200)
    void everyValueIsThatOfPlainTensors(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int operations) {
        List<Tensor> plain = steps(seed, operations, a);
        Workspace workspace = new Workspace();
        for (int run = 0; run < 2; run++) { // the second in memory of the first
            try (Tape tape = new Tape(workspace)) {
                List<Tensor> recorded = steps(seed, operations, tape.watch(a));
                for (int i = 0; i < plain.size(); i++) {
                    assertThat(recorded.get(i).toArray()).isEqualTo(plain.get(i).toArray());
                }
            }
        }
        Tensor ofLast = Grad.gradient(x -> last(steps(seed, operations, x)), a);
        Tensor afterReading = Grad.gradient(
                x -> {
                    List<Tensor> all = steps(seed, operations, x);
                    all.forEach(each -> assertThat(each.buffer()).isNotNull());
                    return last(all);
                },
                a);
        assertThat(ofLast.toArray()).isEqualTo(afterReading.toArray());
    }

    private static Tensor last(List<Tensor> values) {
        return values.get(values.size() - 1).tanh().sum();
    }

    /** The rows, each by an operation that may write over it; some are read twice. */
    private static List<Tensor> rows(Tensor x) {
        Tensor above = x.slice(0, 0, 2).tanh();
        return List.of(
                above.select(0, 0),
                x.select(0, 1).sigmoid().add(above.select(0, 1)),
                x.select(0, 2).tanh());
    }

    private List<Tensor> steps(long seed, int operations, Tensor x) {
        Random random = new Random(seed);
        List<Tensor> values = new ArrayList<>(List.of(x, b));
        for (int i = 0; i < operations; i++) {
            Tensor left = values.get(random.nextInt(values.size()));
            Tensor right = values.get(random.nextInt(values.size()));
            values.add(
                    switch (random.nextInt(9)) {
                        case 0 -> left.matmul(right).mul(0.3);
                        case 1 -> left.mul(right).tanh();
                        case 2 -> left.matmul(right).add(left.mul(right)).mul(0.3);
                        case 3 -> left.mul(right).sub(right);
                        case 4 -> left.add(right.mul(0.5));
                        case 5 -> left.add(right).sigmoid();
                        case 6 -> left.sub(right).reshape(SIZE * SIZE).tanh().reshape(SIZE, SIZE);
                        case 7 -> Tensor.stack(0, rows(left.add(right)));
                        default -> left.matmul(right).tanh();
                    });
        }
        return values;
    }
}

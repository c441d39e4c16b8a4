package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;
import rewind.autograd.reverse.Details;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Observer;

/**
 * Entries say everything: a recording of any operation of the table, forward and sweep, is run again entry by entry with other numbers, and
 * must give the bits of a plain evaluation. Whatever a rule or a kernel holds of the first numbers (a mask, ids, a count) would show.
 */
class RunAgainTest {
    @Provide
    Arbitrary<Operation> operations() {
        return Arbitraries.of(Operations.all());
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void anyOperationForwardAndBack(
            @ForAll("operations") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 3) int seed) {
        Call call = row.call(seed, dtype);
        Kept kept = new Kept();
        List<Tensor> first = withCotangent(call, call.inputs());
        Tape tape = Tape.forDerivative();
        tape.recording().observe(kept);
        List<Tensor> watched = first.stream().map(tape::watch).toList();
        List<Tensor> results = valueAndGradients(call, tape, watched);

        List<Tensor> others = first.stream().map(RunAgainTest::reversed).toList();
        Tape plain = Tape.forDerivative();
        List<Tensor> expected =
                valueAndGradients(call, plain, others.stream().map(plain::watch).toList());

        if (kept.read) {
            return; // numbers have left the recording, which a reader is told
        }
        Tensor[] values = runAgain(tape.recording(), others);
        for (int i = 0; i < expected.size(); i++) {
            Entry<Tensor> entry = results.get(i).places.in(tape.recording());
            Tensor value = entry == null ? results.get(i) : values[entry.index()];
            assertThat(value.toArray())
                    .as(row + ", result " + i)
                    .isEqualTo(expected.get(i).toArray());
        }
    }

    /** What a reader of a recording is told besides the operands: axes and indices counted from the beginning. */
    @Test
    void attributesSayWhatWasAskedFor() {
        Map<UnaryOperator<Tensor>, Map<String, Object>> all = new LinkedHashMap<>();
        all.put(x -> x.slice(-1, -3, -1), Map.of("axis", 1, "from", 1, "to", 3, "step", 1));
        all.put(x -> x.slice(0, 0, -1), Map.of("axis", 0, "from", 0, "to", 2, "step", 1));
        all.put(x -> x.slice(1, 0, 4, 3), Map.of("axis", 1, "from", 0, "to", 4, "step", 3));
        all.put(x -> x.select(-1, -1), Map.of("axis", 1, "index", 3));
        all.put(x -> x.select(0, -1), Map.of("axis", 0, "index", 2));
        all.put(x -> x.gather(2, -3), Map.of("rows", List.of(2, 0)));
        all.put(x -> x.pad(-1, 1, 2), Map.of("axis", 1, "before", 1, "after", 2));
        all.put(x -> Tensor.concat(-1, x, x), Map.of("axis", 1));
        all.put(x -> Tensor.stack(-1, x, x), Map.of("axis", 2));
        all.put(x -> x.permute(-1, 0), Map.of("axes", List.of(1, 0)));
        all.put(x -> x.flip(-1), Map.of("axes", List.of(1)));
        all.put(x -> x.clamp(-1, 2), Map.of("low", -1.0, "high", 2.0));
        all.put(x -> x.sum(-1), Map.of("axes", List.of(1)));
        all.put(x -> x.to(DType.FLOAT32), Map.of("dtype", DType.FLOAT32));
        all.put(Tensor::exp, Map.of());
        all.forEach((f, expected) -> {
            Tape tape = new Tape();
            Tensor y = f.apply(tape.watch(Tensor.ones(3, 4)));
            Entry<Tensor> entry = y.places.in(tape.recording());
            assertThat(entry.operation().attributes()).as(entry.name()).isEqualTo(expected);
        });
    }

    /** Row numbers that are recorded are an operand, where the element type of the rows can count them; else what they were is said. */
    @Test
    void recordedRowNumbersAreAnOperand() {
        int most = 1 << 24; // of floats
        for (int count : new int[] {1, most, most + 1}) {
            Tape tape = new Tape();
            Tensor x = tape.watch(Tensor.zeros(DType.FLOAT32, count, 0));
            Tensor rows = tape.watch(Tensor.of(0.0, -1));
            Entry<Tensor> entry = x.gather(rows).places.in(tape.recording());
            assertThat(entry.arity()).as("%s rows", count).isEqualTo(count <= most ? 2 : 1);
            assertThat(entry.operation().attributes())
                    .isEqualTo(count <= most ? Map.of() : Map.of("rows", List.of(0, count - 1)));
        }
        Tape tape = new Tape();
        Tensor rows = tape.watch(Tensor.zeros(1));
        assertThat(Tensor.ones(2).gather(rows).places.in(tape.recording()).arity())
                .isEqualTo(2);
        assertThatThrownBy(() -> Tensor.of(1.0).gather(rows))
                .hasMessage("gather: the tensor must have rows, got the shape []");
        tape.close();
        assertThatThrownBy(() -> Tensor.ones(2).gather(rows)).isInstanceOf(IllegalStateException.class);
    }

    /** Only branches that are functions look at numbers. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void numbersDoNotLeaveTheRecordingUnseen(@ForAll("operations") Operation row) {
        Call call = row.call(1, DType.FLOAT64);
        Kept kept = new Kept();
        Tape tape = Tape.forDerivative();
        tape.recording().observe(kept);
        valueAndGradients(
                call,
                tape,
                withCotangent(call, call.inputs()).stream().map(tape::watch).toList());
        boolean branches = row.signature().matches("where\\(.*(Function|UnaryOperator).*");
        assertThat(kept.read).isEqualTo(branches);
    }

    private static final class Kept implements Observer<Tensor> {
        private boolean read;

        @Override
        public void performed(Entry<Tensor> entry, Tensor[] operands, Tensor value) {
            List<Tensor> constants =
                    Arrays.stream(operands).map(Tensor::constant).toList();
            entry.keep(new Details<>(constants, null, "", "", "", "", -1, null));
        }

        @Override
        public boolean seesConstants() {
            return true;
        }

        @Override
        public void read(String by, Entry<Tensor> entry) {
            read = true;
        }
    }

    /** The inputs, and a cotangent of the value. */
    private static List<Tensor> withCotangent(Call call, List<Tensor> inputs) {
        List<Tensor> all = new ArrayList<>(inputs);
        Tensor y = call.function().apply(inputs);
        double[] dy = new double[y.size()];
        Arrays.setAll(dy, i -> 1 + i % 7 / 8.0);
        all.add(Tensor.of(y.shape(), dy).to(y.dtype()));
        return all;
    }

    private static List<Tensor> valueAndGradients(Call call, Tape tape, List<Tensor> watched) {
        List<Tensor> inputs = watched.subList(0, watched.size() - 1);
        Tensor y = call.function().apply(inputs);
        List<Tensor> results = new ArrayList<>(List.of(y));
        if (y.isRecorded() && y.size() > 0) {
            Gradients gradients = tape.backwardRecorded(y, watched.get(watched.size() - 1));
            inputs.forEach(x -> results.add(gradients.of(x)));
        }
        return results;
    }

    private static Tensor[] runAgain(TensorRecording recording, List<Tensor> inputs) {
        Tensor[] values = new Tensor[recording.size()];
        int variables = 0;
        for (int index = 0; index < values.length; index++) {
            Entry<Tensor> entry = recording.get(index);
            if (entry.isVariable()) {
                values[index] = inputs.get(variables++);
                continue;
            }
            Tensor[] operands = new Tensor[entry.arity()];
            for (int i = 0; i < operands.length; i++) {
                operands[i] = entry.operand(i) == null
                        ? entry.details().operands().get(i)
                        : values[entry.operand(i).index()];
            }
            values[index] = entry.operation().apply(operands, entry.space());
        }
        return values;
    }

    /** Other numbers of the same kind: the elements from last to first. */
    private static Tensor reversed(Tensor x) {
        return x.rank() == 0 ? x : x.reshape(-1).flip(0).reshape(x.shape().toArray());
    }
}

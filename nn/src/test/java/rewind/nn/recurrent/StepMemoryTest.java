package rewind.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.nn.Model;
import rewind.nn.layer.Parameters;

/** What training steps keep in memory. */
@Tag("once")
class StepMemoryTest {
    private static final int BATCH = 32;
    private static final int STEPS = 50;
    private static final int UNITS = 128;

    private static Model model(DType dtype, int steps, int features, int units) {
        return Model.build(lstm(units).sequences(true), Shape.of(steps, features), 1, dtype);
    }

    private static Tensor input(DType dtype, int... sizes) {
        return Tensor.randn(dtype, new Well19937c(2), sizes);
    }

    /**
     * Eight values per unit, sample and step must be kept: the four gates, the state C_, act(C_), h, and one of the sums; so 9.5 leave room
     * for what the tape says of each.
     */
    @ParameterizedTest
    @EnumSource
    void anOpenTapeKeepsNineAndAHalfValues(DType dtype) {
        Model model = model(dtype, STEPS, 64, UNITS);
        long held = heldByAnOpenTape(model, input(dtype, BATCH, STEPS, 64));
        int bytes = dtype == DType.FLOAT64 ? 8 : 4;
        assertThat((double) held / bytes / (BATCH * STEPS * UNITS)).isLessThan(9.5);
    }

    /** What a closed workspace holds between steps, beside what the tape of a forward pass holds without one. */
    @ParameterizedTest
    @MethodSource("layersAndTypes")
    void aClosedWorkspaceHoldsLittleMoreThanAnOpenTape(String name, Recurrent<?, ?> layer, DType dtype) {
        Model model = Model.build(layer.sequences(true), Shape.of(STEPS, 64), 1, dtype);
        Tensor x = input(dtype, BATCH, STEPS, 64);
        long open = heldByAnOpenTape(model, x);
        Workspace workspace = new Workspace();
        steps(model, x, workspace, 3);
        long closed = workspace.memory();
        assertThat((double) closed / open).as("closed over open").isLessThan(1.5);
    }

    private static long heldByAnOpenTape(Model model, Tensor x) {
        model.forward(model.parameters().watchedBy(new Tape()), x); // whatever is made once is made now
        long before = used();
        Tape tape = new Tape();
        Tensor outputs = model.forward(model.parameters().watchedBy(tape), x);
        long held = used() - before;
        Reference.reachabilityFence(tape);
        Reference.reachabilityFence(outputs);
        return held;
    }

    static Stream<Arguments> layersAndTypes() {
        return Stream.of(DType.values())
                .flatMap(dtype -> Stream.of(
                        Arguments.of("RNN", rnn(UNITS), dtype),
                        Arguments.of("GRU", gru(UNITS), dtype),
                        Arguments.of("LSTM", lstm(UNITS), dtype)));
    }

    /** The smallest array of a step has 528 bytes, or 272. */
    @ParameterizedTest
    @EnumSource
    void manyStepsDoNotGrow(DType dtype) {
        int few = 100;
        int many = Boolean.getBoolean("rewind.long") ? 10_000 : 2000;
        Model model = model(dtype, 10, 4, 8);
        Tensor x = input(dtype, 8, 10, 4);
        Workspace workspace = new Workspace();
        steps(model, x, workspace, few);
        long before = used();
        steps(model, x, workspace, many - few);
        long growth = used() - before;
        Reference.reachabilityFence(workspace);
        assertThat((double) growth / (many - few)).as("bytes per step").isLessThan(200);
    }

    private static void steps(Model model, Tensor x, Workspace workspace, int count) {
        for (int step = 0; step < count; step++) {
            try (Tape tape = new Tape(workspace)) {
                Parameters watched = model.parameters().watchedBy(tape);
                Tensor loss = model.forward(watched, x).square().sum();
                watched.in(tape.backward(loss));
            }
        }
    }

    /** The bytes of heap in use once collections find no more garbage. */
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int collection = 0; collection < 5; collection++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}

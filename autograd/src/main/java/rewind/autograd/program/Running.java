package rewind.autograd.program;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.Trace.Recorded;
import rewind.autograd.require.Check;

/** Does what a program recorded once more, with other numbers. */
final class Running {
    private Running() {}

    static List<Tensor> of(Program program, List<Tensor> at) {
        Trace trace = program.trace();
        Tensor[] values = new Tensor[trace.size()];
        requireFitting(program, at);
        for (int i = 0; i < at.size(); i++) {
            values[i] = at.get(i);
        }
        for (Recorded each : trace.operations()) {
            List<Tensor> operands = new ArrayList<>(each.inputs());
            List<Integer> from = each.from();
            for (int i = 0; i < from.size(); i++) {
                if (from.get(i) >= 0) {
                    operands.set(i, values[from.get(i)]);
                }
            }
            values[each.position()] = each.again(operands, at.get(0));
        }
        return IntStream.range(0, trace.results().size())
                .mapToObj(i -> trace.positions().get(i) < 0
                        ? trace.results().get(i)
                        : values[trace.positions().get(i)].detach())
                .toList();
    }

    /** Requires inputs on no tape, as their gradients would be 0. */
    static void requireDetached(Program program, List<Tensor> at) {
        for (int i = 0; i < at.size(); i++) {
            Check.that(
                    !at.get(i).isRecorded(),
                    "program: input %s must be detached, as nothing is recorded of a run; differentiate by adjoint(), or call the function",
                    i < program.variables().size() ? program.variables().get(i).name() : i);
        }
    }

    static void requireFitting(Program program, List<Tensor> at) {
        List<Input> inputs = program.variables();
        Check.that(
                at.size() == inputs.size(), "program: it was recorded for %s inputs, got %s", inputs.size(), at.size());
        for (int i = 0; i < at.size(); i++) {
            Tensor x = at.get(i);
            Input recorded = inputs.get(i);
            Check.that(
                    x.shape().equals(recorded.shape()) && x.dtype() == recorded.dtype(),
                    "program: input %s was recorded as %s %s, got %s %s; record the function for the new shape",
                    recorded.name(),
                    recorded.dtype(),
                    recorded.shape(),
                    x.dtype(),
                    x.shape());
        }
    }
}

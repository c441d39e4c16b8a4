package rewind.autograd.check;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.Trace.Recorded;

/**
 * Where something enters a computation that depends on the inputs and is not recorded: a detached value, or in a rule that is
 * differentiated again a comparison, a sign or the condition of a where. It is seen as a constant operand that changes with the inputs.
 */
final class Unrecorded {
    /** Relative to max(1, |x|): far enough to leave a point, near enough to stay on its branch. */
    private static final double STEP = 1e-3;

    private Unrecorded() {}

    /** Names the first operation with such an operand, if the same operations happen at a point beside. */
    static Optional<String> find(Function<List<Tensor>, Tensor> f, List<Tensor> at, RandomGenerator rng) {
        Trace here = Trace.of(f, at);
        List<Recorded> beside;
        try {
            beside = Trace.of(f, at.stream().map(x -> moved(x, rng)).toList()).operations();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // the function is defined for some numbers only, as for ids
        }
        List<Recorded> operations = here.operations();
        for (int k = 0; k < Math.min(operations.size(), beside.size()); k++) {
            Recorded op = operations.get(k);
            if (!op.op().equals(beside.get(k).op())
                    || !op.from().equals(beside.get(k).from())) {
                return Optional.empty();
            }
            for (int i = 0; i < op.inputs().size(); i++) {
                double[] value = op.inputs().get(i).toArray();
                double[] other = beside.get(k).inputs().get(i).toArray();
                if (op.from().get(i) < 0 && !Arrays.equals(value, other)) {
                    return Optional.of("a constant that changes with the inputs: "
                            + LocalRules.text(op, i, LocalRules.where(op, here, new Unrolling(here))));
                }
            }
        }
        return Optional.empty();
    }

    private static Tensor moved(Tensor x, RandomGenerator rng) {
        return x.map(value -> value + STEP * Math.max(1, Math.abs(value)) * Contraction.random(rng));
    }
}

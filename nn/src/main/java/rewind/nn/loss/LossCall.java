package rewind.nn.loss;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;

/**
 * The call of a loss that is a function of outputs, with the scores that the output was made of. A cross-entropy that such a function hands
 * its output on to finds the scores here, and is exact. A function gets two tensors and nothing else, so the call is known to its
 * thread as long as it lasts; what is found depends on the output alone, which is the same tensor or has no scores. Nobody knows which
 * targets the losses within such a function take, so those are looked at here, in the call.
 */
final class LossCall {
    private static final ThreadLocal<LossCall> INNERMOST = new ThreadLocal<>();

    private final Activation last;
    private final Tensor scores;
    private final Tensor output;
    private final LossCall outer;

    private LossCall(Activation last, Tensor scores, Tensor output) {
        this.last = last;
        this.scores = scores;
        this.output = output;
        this.outer = INNERMOST.get();
    }

    /** What a function of the output gives. */
    static Tensor of(Activation last, Tensor scores, UnaryOperator<Tensor> function) {
        Tensor output = last.apply(scores);
        return new LossCall(last, scores, output).of(() -> function.apply(output));
    }

    /** What a function gives that has the scores themselves. */
    static Tensor ofScores(Tensor scores, Supplier<Tensor> function) {
        return new LossCall(Activation.IDENTITY, scores, scores).of(function);
    }

    private Tensor of(Supplier<Tensor> function) {
        INNERMOST.set(this);
        try {
            return function.get();
        } finally {
            end();
        }
    }

    private void end() {
        if (outer == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(outer);
        }
    }

    /** A function of an activation and the scores that make an output. */
    interface OfLast {
        Tensor of(Activation last, Tensor scores);
    }

    /** What a function gives of the scores of an output; of an output that no call has, of itself. */
    static Tensor scores(Tensor output, OfLast function) {
        for (LossCall call = INNERMOST.get(); call != null; call = call.outer) {
            if (call.output == output) {
                return function.of(call.last, call.scores);
            }
        }
        return function.of(Activation.IDENTITY, output);
    }

    /**
     * Requires that a loss takes targets, if it is called by a function: before training its objections were not known.
     *
     * @throws IllegalArgumentException with the objection
     */
    static void requireTargets(Loss loss, Tensor target) {
        if (INNERMOST.get() != null) {
            TargetRows.require(loss, target, from -> true, from -> ", got ");
        }
    }
}

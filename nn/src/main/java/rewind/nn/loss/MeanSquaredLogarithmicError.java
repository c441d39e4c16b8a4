package rewind.nn.loss;

import java.util.Arrays;
import java.util.Optional;
import rewind.autograd.Tensor;

/** Σ(ln(1 + Y) − ln(1 + A))²/n, see {@link rewind.nn.Losses#meanSquaredLogarithmicError}. */
public record MeanSquaredLogarithmicError() implements Loss {
    @Override
    public Tensor perSample(Tensor output, Tensor target) {
        Outputs.requireFit("meanSquaredLogarithmicError", output, target);
        LossCall.requireTargets(this, target);
        return Outputs.mean(target.log1p().sub(output.log1p()).square());
    }

    @Override
    public Optional<String> objection(double... target) {
        return Outputs.objectionUnless(
                Arrays.stream(target).allMatch(y -> y > -1),
                "meanSquaredLogarithmicError: targets must be more than -1");
    }

    @Override
    public String toString() {
        return "meanSquaredLogarithmicError";
    }
}

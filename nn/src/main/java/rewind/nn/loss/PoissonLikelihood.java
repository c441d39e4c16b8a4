package rewind.nn.loss;

import java.util.Arrays;
import java.util.Optional;
import rewind.autograd.Tensor;

/** Σ[e^A − Y·A + ln Y!]/n, see {@link rewind.nn.Losses#poissonLikelihood}. */
public record PoissonLikelihood() implements Loss {
    @Override
    public Tensor perSample(Tensor output, Tensor target) {
        Outputs.requireFit(toString(), output, target);
        LossCall.requireTargets(this, target);
        return Outputs.mean(
                output.exp().sub(target.mul(output)).add(target.add(1).lgamma()));
    }

    @Override
    public Optional<String> objection(double... target) {
        return Outputs.objectionUnless(
                Arrays.stream(target).allMatch(y -> y >= 0), this + ": targets must be counts, not negative");
    }

    @Override
    public String toString() {
        return "poissonLikelihood";
    }
}

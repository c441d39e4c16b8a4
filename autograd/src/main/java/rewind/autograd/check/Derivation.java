package rewind.autograd.check;

import static rewind.autograd.check.Setup.require;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import rewind.autograd.Tensor;

/** A derivation by hand, as the user gave it. */
final class Derivation {
    private final BiFunction<List<Tensor>, Tensor, List<Tensor>> pullback;
    private final boolean ofScalar;

    private Derivation(BiFunction<List<Tensor>, Tensor, List<Tensor>> pullback, boolean ofScalar) {
        this.pullback = pullback;
        this.ofScalar = ofScalar;
    }

    static Derivation ofGradients(Function<List<Tensor>, List<Tensor>> gradients) {
        return new Derivation((in, dy) -> gradients.apply(in), true);
    }

    static Derivation ofPullback(BiFunction<List<Tensor>, Tensor, List<Tensor>> pullback) {
        return new Derivation(pullback, false);
    }

    /** What the user's function gives. */
    List<Tensor> given(List<Tensor> inputs, Tensor dy) {
        return pullback.apply(inputs, dy);
    }

    /** ∂s/∂x for every input x, after checking what the user's function gave. */
    List<Tensor> gradients(String name, Contraction s) {
        List<Tensor> inputs = s.at();
        Tensor dy = s.cotangents().get(0);
        require(
                !ofScalar || dy.size() == 1,
                "the derivation of %s needs the cotangent of its result %s: against((x, dy) -> …)",
                name,
                dy.shape());
        List<Tensor> gradients = pullback.apply(inputs, dy);
        require(
                gradients != null && gradients.stream().noneMatch(Objects::isNull),
                "the derivation of %s must not return null",
                name);
        require(
                gradients.size() == inputs.size(),
                "the derivation of %s must give as many gradients as there are inputs, %s, got %s",
                name,
                inputs.size(),
                gradients.size());
        for (int i = 0; i < inputs.size(); i++) {
            require(
                    gradients.get(i).shape().equals(inputs.get(i).shape()),
                    "the derivation of %s must have the shape of input %s %s, got %s",
                    name,
                    i,
                    inputs.get(i).shape(),
                    gradients.get(i).shape());
        }
        return ofScalar ? gradients : s.inUnits(gradients);
    }
}

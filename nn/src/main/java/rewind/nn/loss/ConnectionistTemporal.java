package rewind.nn.loss;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;

/**
 * Connectionist temporal classification, −ln p(l | x), where p is the sum over all alignments of the labels l with the steps: sequences of one
 * class per step that are l when repetitions, and then blanks, are left out. Computed by the forward recursion, of which reverse mode makes
 * the backward one:
 *
 * <pre>{@code
 * α⟨t⟩(s) = ln[exp α⟨t−1⟩(s) + exp α⟨t−1⟩(s−1) + exp α⟨t−1⟩(s−2) if z(s) ≠ z(s−2)] + ln A⟨t⟩(z(s)),   z = blank, l(1), blank, l(2), …, blank
 * }</pre>
 *
 * <p>Outputs are probabilities (batch, steps, classes), as of {@code dense(classes, "softmax")}; targets are ids (batch, labels), filled up
 * with −1 behind the last label. Labels that cannot be aligned, because there are fewer steps than labels and blanks between equal ones, have
 * the loss +∞ and gradients 0. The value of a sample is not divided by the number of its labels, so the mean over a batch is that of
 * Keras; PyTorch's {@code reduction="none"} gives the same values, its {@code "mean"} divides each by its number of labels.
 *
 * <p>Source: Graves, Fernández, Gomez and Schmidhuber, ICML 2006, equations 6 to 8.
 *
 * @param blank the class that stands for no label, 0 or more
 */
public record ConnectionistTemporal(int blank) implements ScoresLoss {
    /** The logarithm of what cannot be: finite, so that differences of two are a number. */
    private static final double NEVER = -1e30;

    /**
     * Checks the blank.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public ConnectionistTemporal {
        Check.that(blank >= 0, "ctc: the blank must be the number of a class, got %s", blank);
    }

    @Override
    public Tensor perSample(Activation last, Tensor scores, Tensor target) {
        return perSample(last, scores, target, (Lengths) null);
    }

    /** With the lengths that the pass tells of sequences of as many steps, if they are padded. */
    @Override
    public Tensor perSample(Activation last, Tensor scores, Tensor target, Pass pass) {
        return perSample(
                last,
                scores,
                target,
                pass.lengths(scores.rank() < 2 ? 0 : scores.size(1)).orElse(null));
    }

    /**
     * As {@link #perSample(Activation, Tensor, Tensor)}, where steps beyond the length of a sequence are padding.
     *
     * @param lengths of the outputs; null: all steps count
     * @throws IllegalArgumentException if outputs are not (batch, steps, classes) with a step and the blank among the classes, targets not
     *     (batch, labels), or a label is no class
     */
    public Tensor perSample(Activation last, Tensor scores, Tensor target, Lengths lengths) {
        Check.that(
                scores.rank() == 3
                        && target.rank() == 2
                        && target.size(0) == scores.size(0)
                        && scores.size(1) > 0
                        && scores.size(2) > blank,
                "ctc: outputs must be (batch, steps, classes) with a step and class %s, and targets (batch, labels), got the shapes %s and %s",
                blank,
                scores.shape(),
                target.shape());
        LossCall.requireTargets(this, target);
        Probabilities.require("ctc", last, scores, "softmax");
        Tensor labels = extended(target);
        Tensor chosen = labels.oneHot(scores.size(2)).permute(0, 2, 1).to(scores.dtype()); // (batch, classes, places)
        Tensor emitted = last.log(scores).maximum(NEVER).matmul(chosen); // (batch, steps, places)
        Tensor total = ends(target, alphas(labels, emitted, lengths)).logSumExp(1);
        Tensor infinite = Tensor.full(total.dtype(), Double.POSITIVE_INFINITY);
        return Tensor.where(total.less(NEVER / 2), infinite, total.neg());
    }

    /** (batch, 2·labels + 1): the labels with a blank before, between and behind them; what is padding is blank. */
    private Tensor extended(Tensor target) {
        int batch = target.size(0);
        Tensor blanks = Tensor.full(target.dtype(), blank, batch, target.size(1));
        Tensor labels = Tensor.where(target.less(0), blanks, target);
        Tensor pairs = Tensor.stack(2, blanks, labels).reshape(batch, 2 * target.size(1));
        return Tensor.concat(1, pairs, Tensor.full(target.dtype(), blank, batch, 1));
    }

    /** (batch, places) after the last step of each sequence. */
    private static Tensor alphas(Tensor labels, Tensor emitted, Lengths lengths) {
        int places = labels.size(1);
        Tensor never = Tensor.full(emitted.dtype(), NEVER);
        Tensor mayJump = places < 3
                ? Tensor.zeros(labels.dtype(), labels.shape())
                : labels.slice(1, 2, places)
                        .notEqualTo(labels.slice(1, 0, places - 2))
                        .pad(1, 2, 0);
        Tensor index = Tensor.arange(emitted.dtype(), places);
        Tensor before = Tensor.where(index.equalTo(0), Tensor.zeros(emitted.dtype(), Shape.of()), never)
                .broadcastTo(labels.shape());
        Tensor first = Tensor.where(index.less(2), emitted.select(1, 0), never);
        Tensor mask = lengths == null ? null : lengths.mask(emitted.dtype(), emitted.size(1));
        Tensor alpha = real(mask, 0, first, before);
        for (int t = 1; t < emitted.size(1); t++) {
            Tensor jumped = Tensor.where(mayJump, shifted(alpha, 2), never);
            Tensor next = Tensor.stack(0, List.of(alpha, shifted(alpha, 1), jumped))
                    .logSumExp(0)
                    .add(emitted.select(1, t));
            alpha = real(mask, t, next, alpha);
        }
        return alpha;
    }

    /** What a step makes of it where it is real, else what was before. */
    private static Tensor real(Tensor mask, int step, Tensor next, Tensor before) {
        return mask == null ? next : Tensor.where(mask.select(1, step), next, before);
    }

    /** What stands some places before. */
    private static Tensor shifted(Tensor alpha, int by) {
        int places = alpha.size(1);
        int[] rest = {alpha.size(0), Math.min(by, places)};
        return Tensor.concat(1, Tensor.full(alpha.dtype(), NEVER, rest), alpha.slice(1, 0, Math.max(0, places - by)));
    }

    /** An alignment ends with the last label or the blank behind it. */
    private static Tensor ends(Tensor target, Tensor alpha) {
        Tensor twice = target.greaterEqual(0).sum(1).mul(2).reshape(target.size(0), 1);
        Tensor after = Tensor.arange(twice.dtype(), alpha.size(1)).sub(twice); // 0 at the last blank
        Tensor end = after.equalTo(0).maximum(after.equalTo(-1));
        return Tensor.where(end, alpha, Tensor.full(alpha.dtype(), NEVER));
    }

    @Override
    public Optional<String> objection(double... target) {
        long labels = Arrays.stream(target).takeWhile(id -> id >= 0).count();
        boolean fits = IntStream.range(0, target.length)
                .allMatch(i -> i < labels ? target[i] == Math.rint(target[i]) && target[i] != blank : target[i] == -1);
        return Outputs.objectionUnless(
                fits, "ctc: targets must be numbers of classes other than the blank " + blank + ", then -1");
    }

    @Override
    public String toString() {
        return "ctc(" + blank + ")";
    }
}

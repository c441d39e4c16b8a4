package rewind.nn.sequence;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.distribution.Categorical;
import rewind.nn.layer.Options;
import rewind.nn.layer.Pass;

/**
 * How a decoder learns: at every step it reads the true element before, by {@link #own} now and then its own one instead (scheduled sampling; Bengio
 * et al., NIPS 2015, arXiv:1506.03099).
 *
 * <pre>{@code
 * Tensor logits = TeacherForcing.ofIds(scope.input("before", in, steps)).over(encoded, decoder);
 * Tensor scheduled = TeacherForcing.ofIds(before).own(scope.pass(), place -> 1 - 100.0 / (100 + place.updates())).over(encoded, decoder);
 * }</pre>
 *
 * <p>Of tokens, its own one is drawn from softmax(logits), and no gradient flows through the draw, as in the paper: what a step
 * reads is data. Of values, it is the output itself, through which gradients flow from later steps.
 *
 * <p>Immutable; every option returns a new one.
 */
public final class TeacherForcing extends Options<TeacherForcing> {
    private final Tensor teacher;
    private final boolean ofIds;
    private Pass pass; // null: always the teacher
    private ToDoubleFunction<Pass.TrainingPlace> probability;
    private double steady = Double.NaN; // the probability at all places, if it is a number
    private boolean greedy;

    private TeacherForcing(Tensor teacher, boolean ofIds) {
        this.teacher = teacher;
        this.ofIds = ofIds;
    }

    /**
     * Returns the forcing of tokens.
     *
     * @param ids what is read at every step unless it is one's own, (batch, steps): a start token, and all but the last token
     */
    public static TeacherForcing ofIds(Tensor ids) {
        Check.that(
                ids.rank() == 2 && ids.size(1) > 0,
                "teacher forcing: ids must be (batch, steps) with at least one step, got the shape %s",
                ids.shape());
        return new TeacherForcing(ids, true);
    }

    /**
     * Returns the forcing of values.
     *
     * @param values what is read at every step unless it is one's own, (batch, steps, features)
     */
    public static TeacherForcing ofValues(Tensor values) {
        Check.that(
                values.rank() == 3 && values.size(1) > 0,
                "teacher forcing: values must be (batch, steps, features) with at least one step, got the shape %s",
                values.shape());
        return new TeacherForcing(values, false);
    }

    /**
     * Lets every sample at every step but the first read its own element with a probability that changes in the course of training. In an
     * inference pass the teacher is read.
     */
    public TeacherForcing own(Pass of, ToDoubleFunction<Pass.TrainingPlace> during) {
        return with(to -> {
            to.pass = of;
            to.probability = during;
        });
    }

    /**
     * As {@link #own(Pass, ToDoubleFunction)}, with one probability.
     *
     * @throws IllegalArgumentException if it is not from 0 to 1
     */
    public TeacherForcing own(Pass of, double always) {
        Check.that(always >= 0 && always <= 1, "own: the probability must be from 0 to 1, got %s", always);
        return with(to -> {
            to.pass = of;
            to.steady = always;
        });
    }

    /** Sets whether its own token is the most probable one, rather than drawn. */
    public TeacherForcing greedy(boolean on) {
        return with(to -> to.greedy = on);
    }

    /**
     * Returns what the decoder gives at all steps, (batch, steps, outputs).
     *
     * @throws IllegalArgumentException if its outputs are not of one shape (batch, outputs), or those of values have not the features of the teacher
     */
    public <S> Tensor over(S first, Decoder<S> decoder) {
        List<Tensor> outputs = new ArrayList<>();
        S state = first;
        Tensor read = teacher.select(1, 0);
        Tensor odds = odds();
        for (int t = 0; t < teacher.size(1); t++) {
            read = t == 0
                    ? read
                    : odds == null ? teacher.select(1, t) : mixed(odds, teacher.select(1, t), outputs.get(t - 1));
            Decoder.Step<S> step = decoder.step(read, state);
            requireOutput(step.output());
            outputs.add(step.output());
            state = step.state();
        }
        return Tensor.stack(1, outputs);
    }

    private void requireOutput(Tensor output) {
        boolean fits =
                output.rank() == 2 && output.size(0) == teacher.size(0) && (ofIds || output.size(1) == teacher.size(2));
        Check.that(
                fits,
                "teacher forcing: a step must give (%s, %s), got the shape %s",
                teacher.size(0),
                ofIds ? "tokens" : teacher.size(2),
                output.shape());
    }

    /** The probability of one's own element, or null where none is read. */
    private Tensor odds() {
        if (pass == null || !pass.training()) {
            return null;
        }
        return Double.isNaN(steady)
                ? pass.scheduled(teacher, probability, 0)
                : Tensor.of(steady).to(teacher.dtype());
    }

    private Tensor mixed(Tensor odds, Tensor taught, Tensor output) {
        Shape coins = ofIds ? taught.shape() : Shape.of(taught.size(0), 1);
        Tensor u = pass.draw(output, "U(0, 1)", rng -> Tensor.uniform(taught.dtype(), rng, 0, 1, coins.toArray()));
        return Tensor.where(u.less(odds), ofIds ? token(output).to(taught.dtype()) : output, taught);
    }

    private Tensor token(Tensor logits) {
        Categorical p = new Categorical(logits.detach());
        return greedy ? p.mode() : p.sample(pass);
    }

    /** Returns of what it is, and whether it reads only the teacher. */
    @Override
    public String toString() {
        return "Teacher forcing of " + (ofIds ? "ids " : "values ") + teacher.shape()
                + (pass == null ? "" : ", its own " + (greedy ? "most probable ones" : "ones") + " now and then");
    }
}

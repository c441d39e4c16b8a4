package rewind.nn.train.loop;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.train.Trainable;

/** The loss of a batch and its gradient, replayed where that can be. */
final class BatchLoss {
    private final TrainingOptions training;
    private final Trainable model;
    private final Workspace workspace = new Workspace();
    private final BatchGradients replays;
    final CarriedStates states;

    BatchLoss(TrainingOptions training, SampleLosses values) {
        this.training = training;
        this.model = training.model;
        this.replays = new BatchGradients(model, training.loss, values);
        this.states = new CarriedStates(training.stateful);
    }

    /**
     * What a batch gives, all of it finite.
     *
     * @param mean the mean loss
     * @param gradients by name; frozen parameters have none, which is told as zeros, so that they count in no norm
     * @param renewed statistics by name
     */
    record Found(double mean, Parameters gradients, Map<String, Tensor> renewed) {}

    /**
     * Computes a batch and counts it in.
     *
     * @param pass makes the same pass again and again
     * @param where for messages
     */
    Found of(Dataset batch, Supplier<Pass> pass, Evaluation evaluation, String where, int epoch) {
        boolean mayReplay = training.compiled && !training.stateful && replays.mayReplay(batch);
        BatchGradients.Outcome replayed = mayReplay ? replays.of(batch, epoch, pass.get()) : null;
        if (replayed != null) {
            evaluation.add(replayed.perSample(), replayed.scores(), batch.y());
            Iterator<Tensor> gradient = replayed.gradients().iterator();
            Parameters found = model.parameters()
                    .map((name, p) -> model.frozen(name) ? Tensor.zeros(p.dtype(), p.shape()) : gradient.next());
            requireFinite(found, replayed.value(), batch, pass, where);
            return new Found(replayed.perSample().mean().toDouble(), found, replayed.renewed());
        }
        states.requireSize(batch);
        try (Tape tape = new Tape(workspace)) {
            Parameters watched = model.parameters().map((name, p) -> model.frozen(name) ? p : tape.watch(p));
            Pass first = pass.get();
            Pass own = states.into(mayReplay ? replays.seen(batch, first) : first);
            Tensor values = values(watched, batch.x(), own, batch, evaluation);
            Tensor value = training.loss.reduce(values);
            Parameters found = in(tape.backward(value), watched);
            requireFinite(found, value, batch, pass, where);
            states.after(own, batch);
            return new Found(values.mean().toDouble(), found, own.renewed());
        }
    }

    private Tensor values(Parameters parameters, Tensor x, Pass pass, Dataset batch, Evaluation evaluation) {
        return evaluation.add(model.scores(parameters, x, pass), batch, pass);
    }

    private Parameters in(Gradients all, Parameters watched) {
        return watched.map((name, p) -> model.frozen(name) ? Tensor.zeros(p.dtype(), p.shape()) : all.of(p));
    }

    private void requireFinite(Parameters found, Tensor value, Dataset batch, Supplier<Pass> pass, String where) {
        if (value.isFinite() && Steps.isFinite(found)) {
            return;
        }
        Evaluation uncounted = new Evaluation(model, training.loss, training.losses(), List.of());
        String place = FirstNonFinite.of(
                model.parameters(),
                batch.x(),
                (watched, x, follower) -> training.loss.reduce(
                        values(watched, x, states.into(pass.get()).followedBy(follower), batch, uncounted)));
        throw Steps.failure(
                "%s: %s; %s",
                where,
                value.isFinite() ? "a gradient is not finite" : "the loss is " + value.toDouble(),
                place.isEmpty() ? "it was so only once" : place);
    }
}

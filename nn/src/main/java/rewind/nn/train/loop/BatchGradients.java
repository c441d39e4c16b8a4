package rewind.nn.train.loop;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.loss.Loss;
import rewind.nn.loss.OnePerSample;
import rewind.nn.train.Trainable;

/**
 * The losses and gradients of batches, by replay: what one batch did is done again for others of the same shapes, with the same bits. The
 * first batch of a shape is computed on a tape, and two more are compared while they are noted; where anything differs that does not
 * follow from parameters, data and draws, all batches of this shape are computed on tapes. From time to time a batch is computed on a
 * tape as well, and must give the same bits.
 */
final class BatchGradients {
    /** A replay may take this part of the heap. */
    private static final int SHARE = 8;

    /** After a comparison, so many batches are trusted whatever happens, and so many at most. */
    private static final int LEAST_TRUSTED = 16;

    private static final int MOST_TRUSTED = 1024;

    private static final System.Logger LOG = System.getLogger("rewind.nn");

    /** With {@code -Drewind.replay=false} nothing is replayed. */
    private static final boolean ALLOWED = allowed(System.getProperty("rewind.replay", "true"));

    private final Trainable model;
    private final Loss loss;
    private final OnePerSample values;
    private final Map<BatchShapes, Attempt> attempts = new HashMap<>();

    BatchGradients(Trainable model, Loss loss, OnePerSample values) {
        this.model = model;
        this.loss = loss;
        this.values = values;
    }

    /** Of what batches are that may do the same. */
    private record BatchShapes(Shape x, DType ofX, Shape y, DType ofY, Set<String> frozen) {}

    /** What is known of batches of some shapes. */
    private static final class Attempt {
        /** What is drawn in a pass, in its order. */
        private final List<Function<RandomGenerator, Tensor>> draws = new ArrayList<>();

        private boolean seen;
        private boolean refused;
        /** How many batches were replayed since the last comparison, counted from 1; 0 before the first one. */
        private int trusted;
        /** That of the last comparison. */
        private int epoch;

        private Workspace.Replay replay;
    }

    /**
     * What a batch gives.
     *
     * @param value the loss
     * @param perSample the loss of every sample
     * @param scores the output before the last activation
     * @param gradients of all parameters but frozen ones, in their order
     */
    record Outcome(Tensor value, Tensor perSample, Tensor scores, List<Tensor> gradients) {
        private static Outcome of(List<Tensor> results) {
            return new Outcome(results.get(0), results.get(1), results.get(2), results.subList(3, results.size()));
        }
    }

    /** Whether a batch can be replayed, or may be one day. Padding and carried states differ from batch to batch. */
    boolean mayReplay(Dataset batch) {
        return ALLOWED && batch.lengths().isEmpty() && !attempt(batch).refused;
    }

    static boolean allowed(String wanted) {
        if (!wanted.equals("true") && !wanted.equals("false")) {
            LOG.log(Level.WARNING, "rewind.replay: must be true or false, got \"{0}\"; it is ignored", wanted);
        }
        return !wanted.equals("false");
    }

    private Attempt attempt(Dataset batch) {
        Tensor x = batch.x();
        Tensor y = batch.y();
        return attempts.computeIfAbsent(
                new BatchShapes(x.shape(), x.dtype(), y.shape(), y.dtype(), Set.copyOf(model.frozen())),
                shapes -> new Attempt());
    }

    /** Sees a batch that is computed on a tape; returns its pass, which tells what it draws. */
    Pass seen(Dataset batch, Pass pass) {
        if (!mayReplay(batch)) {
            return pass;
        }
        Attempt of = attempt(batch);
        of.seen = true;
        of.draws.clear();
        return pass.drawing(new Pass.Drawing() {
            @Override
            public Tensor draw(Function<RandomGenerator, Tensor> drawn) {
                of.draws.add(drawn);
                return drawn.apply(pass.rng());
            }

            @Override
            public void drawsItself() {
                of.refused = true;
            }
        });
    }

    /**
     * Returns what a batch gives, or null if it must be computed on a tape.
     *
     * @param epoch by which functions of a user's may change
     * @param pass as it would be on a tape
     */
    Outcome of(Dataset batch, int epoch, Pass pass) {
        Attempt of = attempt(batch);
        if (!of.seen || !mayReplay(batch)) {
            return null;
        }
        List<Tensor> at = new ArrayList<>();
        List<Tensor> given = new ArrayList<>();
        model.parameters()
                .stored()
                .forEach(name ->
                        (model.frozen(name) ? given : at).add(model.parameters().get(name)));
        given.add(batch.x());
        given.add(batch.y());
        of.draws.forEach(drawn -> given.add(drawn.apply(pass.rng())));
        return of.trusted > 0 ? replayed(of, epoch, at, given) : noted(of, epoch, at, given);
    }

    private Outcome noted(Attempt of, int epoch, List<Tensor> at, List<Tensor> given) {
        try {
            Workspace.Replay next = Workspace.replay(in -> step(at.size(), in), at, given);
            String difference = of.replay == null ? "" : of.replay.differenceFrom(next);
            if (!difference.isEmpty()) {
                return refuse(of, difference);
            }
            if (next.memory() > Runtime.getRuntime().maxMemory() / SHARE) {
                return refuse(of, next.memory() + " bytes are much of the heap");
            }
            of.trusted = of.replay == null ? 0 : 1;
            of.replay = next;
            of.epoch = epoch;
            return Outcome.of(next.run(at, given));
        } catch (UnsupportedOperationException e) {
            return refuse(of, String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            return refuse(of, "there is no memory to keep what a batch did");
        }
    }

    private static Outcome refuse(Attempt of, String why) {
        LOG.log(Level.DEBUG, "training: batches are not replayed: {0}", why);
        of.refused = true;
        of.replay = null;
        return null;
    }

    private Outcome replayed(Attempt of, int epoch, List<Tensor> at, List<Tensor> given) {
        List<Tensor> results = of.replay.run(at, given);
        of.trusted++;
        if (of.trusted >= (epoch == of.epoch ? MOST_TRUSTED : LEAST_TRUSTED)) {
            compare(of, results, at, given);
            of.trusted = 1;
            of.epoch = epoch;
        }
        return Outcome.of(results);
    }

    /** Computes a batch on a tape as well. */
    private void compare(Attempt of, List<Tensor> results, List<Tensor> at, List<Tensor> given) {
        Tape tape = new Tape();
        List<Tensor> watched = at.stream().map(tape::watch).toList();
        List<Tensor> all = Stream.concat(watched.stream(), given.stream()).toList();
        List<Tensor> expected = new ArrayList<>(step(at.size(), all));
        Gradients gradients = tape.backward(expected.get(0));
        watched.forEach(each -> expected.add(gradients.of(each)));
        for (int i = 0; i < expected.size(); i++) {
            if (!Arrays.equals(expected.get(i).toArray(), results.get(i).toArray())) {
                String difference =
                        Workspace.replay(in -> step(at.size(), in), at, given).differenceFrom(of.replay);
                throw new IllegalStateException(
                        "training: a batch has other numbers than the first ones would have made of it: "
                                + (difference.isEmpty() ? "something outside of the model has changed" : difference)
                                + "; a layer or loss that changes in a run needs compiled(false)");
            }
        }
    }

    /** The loss, that of every sample, and the scores: of parameters, frozen ones, x, y and draws. */
    private List<Tensor> step(int watched, List<Tensor> in) {
        Iterator<Tensor> moving = in.subList(0, watched).iterator();
        Iterator<Tensor> rest = in.subList(watched, in.size()).iterator();
        Parameters parameters = model.parameters().map((name, p) -> model.frozen(name) ? rest.next() : moving.next());
        Tensor x = rest.next();
        Tensor y = rest.next();
        Pass pass = Pass.training(new Well19937c(0)).drawing(new Pass.Drawing() {
            @Override
            public Tensor draw(Function<RandomGenerator, Tensor> drawn) {
                return rest.next();
            }

            @Override
            public void drawsItself() {
                throw new UnsupportedOperationException("a layer draws at random by itself");
            }
        });
        Tensor scores = model.scores(parameters, x, pass);
        Tensor perSample = values.of(model.lastActivation(), scores, y);
        return List.of(loss.reduce(perSample), perSample, scores);
    }
}

package rewind.nn.train.loop;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.replay.Compiled;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.loss.Loss;
import rewind.nn.train.Trainable;

/**
 * The losses and gradients of batches, by replay: what one batch did is done again for others of the same shapes, with the same bits. The
 * first batch of a shape is computed on a tape, which tells what it draws. Then see {@link Compiled}.
 */
final class BatchGradients {
    private static final System.Logger LOG = System.getLogger("rewind.nn");

    private static final String CHANGED = "the computation of a batch has changed: ";

    private final Trainable model;
    private final Loss loss;
    private final SampleLosses values;
    private final Map<BatchShapes, Draws> draws = new HashMap<>();
    /** That of the last batch. */
    private int lastEpoch;

    private Pass.TrainingPlace place;

    BatchGradients(Trainable model, Loss loss, SampleLosses values) {
        this.model = model;
        this.loss = loss;
        this.values = values;
    }

    /** Of what batches are that may do the same. */
    private record BatchShapes(
            Shape x, DType ofX, Shape y, DType ofY, boolean padded, Set<String> frozen, Map<String, Shape> named) {}

    /** What batches of some shapes draw at random, in their order, and how their steps are replayed. */
    private static final class Draws {
        private final List<Function<RandomGenerator, Tensor>> all;
        /** The names of statistics that they renew. */
        private final List<String> renewed;

        private final Compiled step;
        private boolean seen;
        /**
         * Of x, without a name, and of named tensors that may be ids the least number that was seen. Below, a replay might count from the end
         * what a tape refuses.
         */
        private final Map<String, Double> least = new HashMap<>();

        private boolean refused;

        Draws(List<Function<RandomGenerator, Tensor>> all, List<String> renewed, Compiled step, Set<String> named) {
            this.all = all;
            this.renewed = renewed;
            this.step = step;
            least.put("", Double.POSITIVE_INFINITY);
            named.forEach(name -> least.put(name, Double.POSITIVE_INFINITY));
        }
    }

    /**
     * What a batch gives.
     *
     * @param value the loss
     * @param perSample the loss of every sample
     * @param scores the output before the last activation
     * @param renewed statistics by name
     * @param gradients of all parameters but frozen ones, in their order
     */
    record Outcome(Tensor value, Tensor perSample, Tensor scores, Map<String, Tensor> renewed, List<Tensor> gradients) {
        private static Outcome of(List<Tensor> results, List<String> names) {
            Iterator<Tensor> rest = results.subList(3, results.size()).iterator();
            Map<String, Tensor> renewed = new HashMap<>();
            names.forEach(name -> renewed.put(name, rest.next()));
            List<Tensor> gradients = results.subList(3 + names.size(), results.size());
            return new Outcome(results.get(0), results.get(1), results.get(2), renewed, gradients);
        }
    }

    /** Whether a batch can be replayed, or may be one day. What loss is computed from differs where every real step has a target. */
    boolean mayReplay(Dataset batch) {
        return (batch.lengths().isEmpty() || !batch.targetsPerStep()) && !draws(batch).refused;
    }

    private Draws draws(Dataset batch) {
        Tensor x = batch.x();
        Tensor y = batch.y();
        Set<String> frozen = Set.copyOf(model.frozen());
        long watched = model.parameters().stored().size() - frozen.size();
        Map<String, Shape> named = new TreeMap<>(); // in one order, whatever that of a batch
        batch.named().forEach((name, each) -> named.put(name, each.shape()));
        return draws.computeIfAbsent(
                new BatchShapes(
                        x.shape(),
                        x.dtype(),
                        y.shape(),
                        y.dtype(),
                        batch.lengths().isPresent(),
                        frozen,
                        named),
                shapes -> {
                    List<Function<RandomGenerator, Tensor>> all = new ArrayList<>();
                    List<String> renewed = new ArrayList<>();
                    Compiled step = Compiled.of(in -> step((int) watched, shapes, all, renewed, in));
                    return new Draws(all, renewed, step, named.keySet());
                });
    }

    /** Whole numbers may be ids, or become some, and so may others if none is negative. */
    private static double least(Tensor x, double before) {
        double least = Math.min(before, min(x));
        boolean whole = Arrays.stream(x.toArray()).allMatch(each -> each == Math.rint(each));
        return whole ? least : least < 0 ? Double.NEGATIVE_INFINITY : 0;
    }

    private static double min(Tensor x) {
        return x.size() == 0 ? 0 : x.min().toDouble();
    }

    /** What a model is given: a named tensor, or, without a name, x. */
    private static Tensor numbers(Dataset batch, String name) {
        return name.isEmpty()
                ? batch.lengths()
                        .map(lengths -> lengths.withoutPadding(batch.x()))
                        .orElse(batch.x())
                : batch.named().get(name);
    }

    private static boolean hasLess(Dataset batch, Draws of) {
        return of.least.entrySet().stream()
                .anyMatch(each -> each.getValue() > Double.NEGATIVE_INFINITY
                        && min(numbers(batch, each.getKey())) < each.getValue());
    }

    /** Sees a batch that is computed on a tape; returns its pass, which tells what it draws. */
    Pass seen(Dataset batch, Pass pass) {
        if (!mayReplay(batch)) {
            return pass;
        }
        Draws of = draws(batch);
        of.seen = true;
        of.least.replaceAll((name, least) -> least(numbers(batch, name), least));
        of.all.clear();
        return pass.drawing(new Pass.Drawing() {
            @Override
            public Tensor draw(Function<RandomGenerator, Tensor> drawn) {
                of.all.add(drawn);
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
     * @throws IllegalStateException if batches have come to do something else than the first ones did
     */
    Outcome of(Dataset batch, int epoch, Pass pass) {
        Draws of = draws(batch);
        if (!of.seen || !mayReplay(batch)) {
            return null;
        }
        if (hasLess(batch, of)) {
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
        batch.lengths().ifPresent(lengths -> given.add(lengths.tensor(batch.x().dtype())));
        given.addAll(new TreeMap<>(batch.named()).values());
        place = pass.place().orElse(null);
        of.all.forEach(drawn -> given.add(drawn.apply(pass.rng())));
        if (epoch != lastEpoch) {
            draws.values().forEach(each -> each.step.doubt());
            lastEpoch = epoch;
        }
        List<Tensor> results = replayed(of, at, given);
        return results == null ? null : Outcome.of(results, of.renewed);
    }

    private static List<Tensor> replayed(Draws of, List<Tensor> at, List<Tensor> given) {
        try {
            List<Tensor> results = of.step.replayed(at, given);
            if (results == null) {
                of.refused = true;
                LOG.log(Level.DEBUG, "training: batches are not replayed: {0}", of.step.refusal(at, given));
            }
            return results;
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "training: " + e.getMessage() + "; a layer or loss that changes in a run needs compiled(false)", e);
        }
    }

    /**
     * The loss, that of every sample, the scores, and renewed statistics: of parameters, frozen ones, x, y, the lengths of padded ones, named
     * tensors and draws. It sees to it that what a layer draws now is what it drew in the batch that was seen: a rate, say, may have changed
     * since.
     */
    private List<Tensor> step(
            int watched,
            BatchShapes shapes,
            List<Function<RandomGenerator, Tensor>> draws,
            List<String> renewed,
            List<Tensor> in) {
        Iterator<Tensor> moving = in.subList(0, watched).iterator();
        Iterator<Tensor> rest = in.subList(watched, in.size()).iterator();
        Iterator<Function<RandomGenerator, Tensor>> seen = draws.iterator();
        Parameters parameters = model.parameters().map((name, p) -> model.frozen(name) ? rest.next() : moving.next());
        Tensor x = rest.next();
        Tensor y = rest.next();
        Pass plain = Pass.training(new Well19937c(0)).at(place);
        Pass padded = shapes.padded() ? plain.lengths(Lengths.recorded(rest.next())) : plain;
        Map<String, Tensor> named = new LinkedHashMap<>();
        shapes.named().keySet().forEach(name -> named.put(name, rest.next()));
        Pass pass = padded.given(named).drawing(new Pass.Drawing() {
            @Override
            public Tensor draw(Function<RandomGenerator, Tensor> drawn) {
                if (!seen.hasNext() || !isSame(drawn, seen.next())) {
                    throw new IllegalStateException(CHANGED + "what a layer draws at random is something else");
                }
                return rest.next();
            }

            @Override
            public void drawsItself() {
                throw new UnsupportedOperationException("a layer draws at random by itself");
            }
        });
        Tensor scores = model.scores(parameters, x, pass);
        Tensor perSample = values.of(model.lastActivation(), scores, y, pass);
        if (seen.hasNext()) {
            throw new IllegalStateException(CHANGED + "a layer does not draw at random any more");
        }
        renewed.clear();
        renewed.addAll(pass.renewed().keySet());
        List<Tensor> results = new ArrayList<>(List.of(loss.reduce(perSample), perSample, scores));
        results.addAll(pass.renewed().values());
        return results;
    }

    /** Whether two functions draw the same from generators that give the same. */
    private static boolean isSame(Function<RandomGenerator, Tensor> one, Function<RandomGenerator, Tensor> other) {
        Tensor x = one.apply(new Well19937c(1));
        Tensor y = other.apply(new Well19937c(1));
        return x.shape().equals(y.shape()) && Arrays.equals(x.toArray(), y.toArray());
    }
}

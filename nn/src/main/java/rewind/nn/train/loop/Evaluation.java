package rewind.nn.train.loop;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.data.DataSource;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Samples;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.train.Trainable;
import rewind.nn.train.shard.Shards;

/** The loss and the metrics of many samples that come in batches. */
public final class Evaluation {
    private final Trainable model;
    private final Loss loss;
    private final SampleLosses values;
    private final MetricSums metrics;
    private double sum;
    private long samples;

    /**
     * Makes one that has counted nothing.
     *
     * @param values the values of the loss
     */
    Evaluation(Trainable model, Loss loss, SampleLosses values, List<Metric> metrics) {
        this.model = model;
        this.loss = loss;
        this.values = values;
        this.metrics = new MetricSums(metrics);
    }

    /** For users: what was interrupted says so. */
    public static Evaluation asked(TrainingOptions options, DataSource data) {
        return asked(() -> of(options, options.prepared(data), options.losses()));
    }

    /** For users, of data in shards. */
    public static Evaluation asked(TrainingOptions options, Shards data) {
        return asked(() -> ShardFeed.of(options, data).evaluated(options.losses()));
    }

    private static Evaluation asked(Supplier<Evaluation> counted) {
        try {
            return counted.get();
        } catch (Interruption e) {
            throw e.told("evaluate: the thread was interrupted; there is no result");
        }
    }

    /**
     * Counts in a pass over data that were prepared.
     *
     * @param values the values of the loss
     */
    static Evaluation of(TrainingOptions options, DataSource data, SampleLosses values) {
        Trainable model = options.model;
        Evaluation evaluation = options.evaluation(values);
        CarriedStates states = new CarriedStates(options.stateful);
        try (Stream<Dataset> batches = Interruption.heard(() -> data.batches(options.batchSize))) {
            for (Iterator<Dataset> all = Interruption.between(batches, false); all.hasNext(); ) {
                Dataset batch = all.next();
                states.requireSize(batch);
                Pass pass = states.into(pass(Pass.inference(), batch));
                evaluation.add(model.scores(model.parameters(), batch.x(), pass), batch, pass);
                states.after(pass, batch);
            }
        }
        Check.that(evaluation.samples() > 0, "evaluate: there must be at least one sample");
        return evaluation;
    }

    /** The mean loss, under the name {@code loss}, and the metrics by name. */
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", loss());
        values.putAll(metrics());
        return values;
    }

    /** A pass that knows how long the sequences of a batch are, and what it has besides. */
    static Pass pass(Pass pass, Dataset batch) {
        Pass padded = batch.lengths().map(pass::lengths).orElse(pass);
        return batch.named().isEmpty() ? padded : padded.given(batch.named());
    }

    /**
     * The loss of every sample of a batch; counts them in. Where there is a target for every step, only the real steps count.
     *
     * @param pass that gave the scores, and knows how long their sequences are
     */
    Tensor add(Tensor scores, Dataset batch, Pass pass) {
        boolean padded = batch.lengths().isPresent() && batch.targetsPerStep();
        Tensor ofOutput = padded ? ofRealSteps(scores, batch, pass) : of(scores, batch.y(), pass);
        Tensor perSample = values.withOthers(ofOutput, pass);
        count(perSample);
        return perSample;
    }

    /** Counts a batch in whose losses are known. */
    void add(Tensor perSample, Tensor scores, Tensor target) {
        count(scores, target);
        count(perSample);
    }

    /** Counts in what another has counted, see {@link #state}. */
    void add(Map<String, Tensor> counted) {
        metrics.add(counted);
        sum += counted.get("sum").toDouble();
        samples += (long) counted.get("samples").toDouble();
    }

    private void count(Tensor perSample) {
        sum += perSample.detach().to(DType.FLOAT64).sum().toDouble();
        samples += perSample.size();
    }

    private void count(Tensor scores, Tensor target) {
        if (!metrics.isEmpty()) {
            metrics.add(model.lastActivation().apply(scores.detach()), loss.expected(target.detach()));
        }
    }

    private Tensor of(Tensor scores, Tensor target, Pass pass) {
        count(scores, target);
        return values.ofOutput(model.lastActivation(), scores, target, pass);
    }

    /** The mean over the real steps of every sample, each step taken for a sample; 0 for a sample without steps. */
    private Tensor ofRealSteps(Tensor scores, Dataset batch, Pass pass) {
        Lengths own = batch.lengths().orElseThrow();
        Lengths lengths = scores.rank() < 2 ? own : pass.lengths(scores.size(1)).orElse(own);
        Tensor y = lengths == own ? batch.y() : upTo(scores.size(1), batch.y());
        int steps = y.size(1);
        Check.that(
                scores.rank() >= 2 && scores.size(1) == steps,
                "evaluation: where there is a target for every step there must be an output for every step, got outputs %s for targets"
                        + " %s; give the last recurrent layer sequences(true), or say targetsPerStep(false) if the targets are not",
                scores.shape(),
                y.shape());
        int[] real = realSteps(lengths, steps);
        Tensor perStep = of(steps(scores).gather(real), steps(y).gather(real), pass.withoutSamples());
        // back to where the steps were, with a zero for all padding
        Tensor withZero = Tensor.concat(0, perStep, Tensor.zeros(perStep.dtype(), Shape.of(1)));
        Tensor perSample = withZero.gather(places(lengths, steps))
                .reshape(batch.size(), steps)
                .sum(1);
        Tensor count = lengths.mask(perStep.dtype(), steps).sum(1, 2);
        return perSample.div(count.maximum(1));
    }

    /** The first steps of targets: a batch that was cut at its longest sample may have more of them than layers that change lengths give. */
    private static Tensor upTo(int steps, Tensor y) {
        return y.size(1) > steps ? y.slice(1, 0, steps) : y;
    }

    /** (batch, steps, …) as (batch · steps, …). */
    private static Tensor steps(Tensor sequences) {
        int[] sizes = Samples.shape(sequences.shape()).toArray();
        sizes[0] *= sequences.size(0);
        return sequences.reshape(sizes);
    }

    /** The indices of the real steps among all of {@link #steps}. */
    private static int[] realSteps(Lengths lengths, int steps) {
        return IntStream.range(0, lengths.size())
                .flatMap(sample -> IntStream.range(0, lengths.get(sample)).map(t -> sample * steps + t))
                .toArray();
    }

    /** Where each of all {@link #steps} is among the real ones; −1, the place of the zero at the end, if it is padding. */
    private static int[] places(Lengths lengths, int steps) {
        int[] places = new int[lengths.size() * steps];
        Arrays.fill(places, -1);
        int[] real = realSteps(lengths, steps);
        for (int i = 0; i < real.length; i++) {
            places[real[i]] = i;
        }
        return places;
    }

    long samples() {
        return samples;
    }

    /** The losses of all samples together. */
    double sum() {
        return sum;
    }

    /** What has been counted in, to go on with later. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(metrics.state());
        state.put("sum", Tensor.of(sum));
        state.put("samples", Tensor.of((double) samples));
        return state;
    }

    /**
     * Takes back what {@link #state} gave.
     *
     * @param fewest how many samples there must be at least
     * @param most how many at most
     */
    void restore(SavedTensors saved, long fewest, long most) {
        sum = saved.number("sum");
        saved.that(Double.isFinite(sum), "sum", "must be finite, got %s", sum);
        samples = saved.count("samples", most);
        saved.that(samples >= fewest, "samples", "must be at least %s, got %s", fewest, samples);
        metrics.restore(saved, samples, model.output());
    }

    /** The mean loss over all samples. */
    public double loss() {
        return sum / samples;
    }

    /** The metrics over all samples together, which is not their mean over batches. */
    public Map<String, Double> metrics() {
        return metrics.values();
    }
}

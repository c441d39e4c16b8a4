package rewind.nn.train.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Pass;
import rewind.nn.train.shard.ShardResult;
import rewind.nn.train.shard.ShardTask;
import rewind.nn.train.shard.ShardWorker;

/** Computes shards with the model of a training's options. */
public final class LocalWorker implements ShardWorker {
    private final TrainingOptions training;
    private final SampleLosses values;
    private final BatchLoss batches;

    /** Makes one that nobody else uses. */
    public LocalWorker(TrainingOptions training) {
        this.training = training;
        this.values = training.losses();
        this.batches = new BatchLoss(training, values);
    }

    @Override
    public ShardResult of(ShardTask task, Dataset shard, int place) {
        Dataset ready = training.preparedBatch(shard);
        Evaluation evaluation = training.evaluation(values);
        if (!task.training()) {
            Pass pass = Evaluation.pass(Pass.inference(), ready);
            evaluation.add(training.model.scores(training.model.parameters(), ready.x(), pass), ready, pass);
            return new ShardResult(Map.of(), Map.of(), evaluation.state());
        }
        Randomness randomness = new Randomness(task.seed());
        BatchLoss.Found found = batches.of(
                ready,
                () -> Evaluation.pass(
                        Pass.training(randomness.pass(task.epoch(), task.batch(), place))
                                .at(task),
                        ready),
                evaluation,
                "epoch " + task.epoch() + ", batch " + task.batch() + ", shard " + place,
                task.epoch());
        double c = GradientSum.perSample(training.loss, ready.size());
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        found.gradients().stored().forEach(name -> {
            if (!training.model.frozen(name)) {
                gradients.put(
                        name, found.gradients().get(name).to(DType.FLOAT64).div(c));
            }
        });
        Map<String, Tensor> renewed = new LinkedHashMap<>();
        found.renewed()
                .forEach((name, statistic) ->
                        renewed.put(name, statistic.detach().to(DType.FLOAT64).mul(ready.size())));
        return new ShardResult(gradients, renewed, evaluation.state());
    }

    /** Returns what it computes by. */
    @Override
    public String toString() {
        return "worker with the loss " + training.loss
                + (training.namedLosses.isEmpty() ? "" : ", of named outputs " + training.namedLosses)
                + (training.metrics.isEmpty() ? "" : ", metrics " + training.metrics)
                + (training.compiled ? "" : ", not compiled");
    }
}

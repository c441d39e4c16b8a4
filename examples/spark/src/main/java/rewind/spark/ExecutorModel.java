package rewind.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.nn.Model;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.train.shard.ShardTask;
import rewind.nn.train.shard.ShardWorker;

/** A model on an executor, with what its worker has learnt of batches: for one task at a time, kept for the next one of the run. */
final class ExecutorModel {
    private static final int MOST_RUNS = 4; // whose models stay in memory
    private static final Map<String, Deque<ExecutorModel>> IDLE = new LinkedHashMap<>();

    private final Model model;
    private final ShardWorker worker;

    private ExecutorModel(Recipe recipe) {
        model = recipe.newModel();
        worker = recipe.options(Training.of(model)).worker();
    }

    /** Computes a shard at the parameters of a step. */
    static byte[] result(Recipe recipe, Step step, List<RowNumbers> rows, boolean lengths, int place) {
        ExecutorModel own = take(recipe);
        try {
            return own.result(step, RowNumbers.dataset(rows, lengths), place);
        } finally {
            give(recipe.run(), own);
        }
    }

    private static ExecutorModel take(Recipe recipe) {
        synchronized (IDLE) {
            Deque<ExecutorModel> idle = IDLE.get(recipe.run());
            if (idle != null && !idle.isEmpty()) {
                return idle.pop();
            }
        }
        return new ExecutorModel(recipe);
    }

    private static void give(String run, ExecutorModel own) {
        synchronized (IDLE) {
            Deque<ExecutorModel> idle = IDLE.remove(run); // the newest run comes last
            IDLE.put(run, idle == null ? new ArrayDeque<>() : idle);
            IDLE.get(run).push(own);
            if (IDLE.size() > MOST_RUNS) {
                IDLE.remove(IDLE.keySet().iterator().next());
            }
        }
    }

    private byte[] result(Step step, Dataset shard, int place) {
        try {
            model.loadParameters(step.parameters());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String name : model.parameters().stored()) {
            boolean frozen = step.frozen().contains(name);
            if (frozen && !model.frozen(name)) {
                model.freeze(name);
            } else if (!frozen && model.frozen(name)) {
                model.unfreeze(name);
            }
        }
        return worker.of(step.task(), shard, place).toBytes();
    }

    /**
     * What changes from batch to batch.
     *
     * @param parameters as the bytes of a safetensors file
     * @param frozen names of parameters that training leaves alone
     */
    record Step(ShardTask task, byte[] parameters, HashSet<String> frozen) implements Serializable {}
}

package rewind.nn.train.loop;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import rewind.nn.loss.Metric;

/**
 * What a checkpoint tells of the options of its run, so that a run that continues it can be compared: some must be the same, some may
 * change between epochs, others at any time; what changes is logged.
 */
final class RunOptions {
    private static final Logger LOG = System.getLogger(RunOptions.class.getName());
    /** Names that differ from one start of a program to the next: those of lambdas, and the numbers of objects. */
    private static final Pattern PASSING = Pattern.compile("\\$\\$Lambda[^,\\])@ ]*|@[0-9a-f]+");

    private final Map<String, String> fixed = new LinkedHashMap<>();
    private final Map<String, String> fixedInEpoch = new LinkedHashMap<>();
    private final Map<String, String> free = new LinkedHashMap<>();

    RunOptions(TrainingOptions training, Feed data) {
        put(fixed, "seed", training.seed);
        put(fixed, "shuffling", training.shuffled);
        put(fixed, "metrics", training.metrics.stream().map(Metric::name).toList());
        put(fixed, "validation", training.validates());
        put(fixed, "optimizer", training.optimizer.name());
        put(fixedInEpoch, "batch size", data.batches());
        put(fixedInEpoch, "accumulated batches", training.accumulated);
        put(fixedInEpoch, "loss", training.loss + (training.namedLosses.isEmpty() ? "" : ", " + training.namedLosses));
        put(fixedInEpoch, "stateful", training.stateful);
        put(fixedInEpoch, "number of samples", number(data.samples()));
        put(free, "rule of the optimizer", training.optimizer);
        put(free, "schedule", training.schedule);
        put(free, "schedules of layers", training.layerSchedules);
        put(free, "learning rates of layers", training.layerRates);
        put(free, "clipNorm", training.normLimit);
        put(free, "clipValue", training.valueLimit);
        put(free, "frozen parameters", training.model.frozen());
    }

    private static void put(Map<String, String> to, String name, Object value) {
        to.put(name, Checkpoint.wherever(PASSING.matcher(value.toString()).replaceAll("")));
    }

    private static String number(OptionalLong samples) {
        return samples.isPresent() ? Long.toString(samples.getAsLong()) : "not known";
    }

    void save(Checkpoint to) {
        fixed.forEach(to::put);
        fixedInEpoch.forEach(to::put);
        free.forEach(to::put);
    }

    /**
     * Compares with the run of a checkpoint.
     *
     * @param inEpoch whether that was in the middle of an epoch
     * @throws IllegalArgumentException if an option differs that must not
     */
    void compare(Checkpoint before, boolean inEpoch) {
        fixed.forEach(before::require);
        if (inEpoch) {
            fixedInEpoch.forEach(before::require);
        }
        List<String> changes = new ArrayList<>();
        free.keySet().forEach(before::text); // all are there
        List.of(fixedInEpoch, free)
                .forEach(options -> options.forEach((name, now) -> {
                    if (!now.equals(before.text(name))) {
                        changes.add("the " + name + " was " + Checkpoint.said(before.text(name)) + " and is "
                                + Checkpoint.said(now));
                    }
                }));
        if (!changes.isEmpty()) {
            LOG.log(Level.WARNING, "resume: not as before: " + String.join("; ", changes));
        }
    }
}

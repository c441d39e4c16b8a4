package rewind.nn.train.listen;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.format.WholeFile;
import rewind.nn.layer.Options;
import rewind.nn.train.History;
import rewind.nn.train.Trainable;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;
import rewind.nn.train.loop.Checkpoint;

/**
 * Writes checkpoints into a folder, from which {@link rewind.nn.Training#resume} continues: after every epoch unless another occasion is chosen,
 * after the last one, and when the thread is interrupted. Hears of everything after the other listeners. The newest two are kept, so that
 * there is one left if the newest should be damaged. Every option returns a new listener.
 *
 * <p>The files are named {@code checkpoint-EEEEE-BBBBBB.safetensors} by the number of whole epochs and of batches of the next one.
 */
public final class Checkpoints extends Options<Checkpoints> implements TrainingListener {
    private final Path folder;
    private final LongSupplier nanos;
    private int everyEpochs;
    private int everyUpdates;
    private double everyNanos = Double.POSITIVE_INFINITY;
    private int kept = 2;
    private Monitor best;

    // of the run
    private long last;
    private long updates;
    private long samples;
    private double bestValue;
    private List<Path> damaged = List.of();

    /** Returns the listener of a folder, with the usual options. */
    public static Checkpoints in(Path folder) {
        return new Checkpoints(folder, System::nanoTime);
    }

    Checkpoints(Path folder, LongSupplier nanos) {
        this.folder = folder;
        this.nanos = nanos;
    }

    /**
     * Writes after every n-th epoch.
     *
     * @throws IllegalArgumentException if n is not positive
     */
    public Checkpoints everyEpochs(int n) {
        Check.that(n > 0, "checkpoint: the number of epochs must be positive, got %s", n);
        return with(listener -> listener.everyEpochs = n);
    }

    /**
     * Writes after the first batch or epoch that ends when so many minutes have passed since the last time.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Checkpoints everyMinutes(double minutes) {
        Check.that(minutes > 0, "checkpoint: the number of minutes must be positive, got %s", minutes);
        return with(listener -> listener.everyNanos = minutes * 60e9);
    }

    /**
     * Writes after every n-th update of the parameters.
     *
     * @throws IllegalArgumentException if n is not positive
     */
    public Checkpoints everyUpdates(int n) {
        Check.that(n > 0, "checkpoint: the number of updates must be positive, got %s", n);
        return with(listener -> listener.everyUpdates = n);
    }

    /**
     * Sets how many of the newest checkpoints are kept, 2 by default.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Checkpoints keep(int newest) {
        Check.that(newest > 0, "checkpoint: at least one file must be kept, got %s", newest);
        return with(listener -> listener.kept = newest);
    }

    /**
     * Also keeps the model of the best epoch in {@code best.safetensors}, for {@link rewind.nn.Model#load}: that with the smallest validation loss,
     * or loss if there are no validation data.
     */
    public Checkpoints keepBest() {
        return keepBest(Monitor.LOSS);
    }

    /** As {@link #keepBest()}, with the smallest of a value, by its name in {@link History.Epoch#values}. */
    public Checkpoints keepSmallest(String value) {
        return keepBest(Monitor.of(value, false));
    }

    /** As {@link #keepBest()}, with the largest of a value, {@code validation/accuracy} say. */
    public Checkpoints keepLargest(String value) {
        return keepBest(Monitor.of(value, true));
    }

    private Checkpoints keepBest(Monitor monitor) {
        return with(listener -> listener.best = monitor);
    }

    @Override
    public boolean hearsLast() {
        return true;
    }

    /**
     * Looks at the folder.
     *
     * @throws IllegalArgumentException if it has checkpoints of a later moment than that at which the run starts: of another run, then
     * @throws UncheckedIOException if it cannot be read
     */
    @Override
    public void check(TrainingRun run, Map<String, Tensor> state) {
        damaged = new ArrayList<>();
        try {
            for (Path file : Checkpoint.files(folder)) {
                if (Checkpoint.position(file) > Checkpoint.position(place(run))) {
                    requireDamaged(file);
                    damaged.add(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint: " + e, e);
        }
    }

    private static void requireDamaged(Path file) {
        try {
            Checkpoint.read(file);
        } catch (IOException e) {
            return;
        }
        throw new IllegalArgumentException(
                "checkpoint: the folder has " + file + " of a later moment; resume from the folder, or choose another");
    }

    /**
     * Makes the folder if it is not there, and removes what is left of files that were not written to the end.
     *
     * @throws UncheckedIOException if it cannot be made or changed
     */
    @Override
    public void started(TrainingRun run) {
        last = nanos.getAsLong();
        updates = run.updates();
        samples = run.samples();
        bestValue = Double.NaN;
        if (best != null) {
            run.history().epochs().forEach(this::isBest);
        }
        try {
            WholeFile.makeFolder(folder);
            removeUnfinished();
            for (Path file : damaged) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint: " + e, e);
        }
    }

    /** What a process that was killed had begun to write. */
    private void removeUnfinished() throws IOException {
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, ".checkpoint-*.tmp")) {
            for (Path file : unfinished) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void batchDone(TrainingRun run) {
        boolean updated = run.updates() > updates;
        updates = run.updates();
        if ((everyUpdates > 0 && updated && updates % everyUpdates == 0) || nanos.getAsLong() - last >= everyNanos) {
            write(run);
        }
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        boolean unset = everyEpochs == 0 && everyUpdates == 0 && everyNanos == Double.POSITIVE_INFINITY;
        int every = unset ? 1 : everyEpochs;
        boolean end = run.stopping() || epoch.number() == run.epochs();
        if (best != null && isBest(epoch)) {
            saveBest(run.model());
        }
        if (end || (every > 0 && epoch.number() % every == 0) || nanos.getAsLong() - last >= everyNanos) {
            write(run);
        }
    }

    private void saveBest(Trainable model) {
        try {
            model.save(folder.resolve("best.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint: " + e, e);
        }
    }

    /** Whether an epoch is better than all before it. */
    private boolean isBest(History.Epoch epoch) {
        double value = best.of(epoch);
        boolean better = best.better(value, bestValue, 0);
        bestValue = better ? value : bestValue;
        return better;
    }

    /** Writes what has been done since the beginning of the run, if anything. */
    @Override
    public void interrupted(TrainingRun run) {
        if (run.samples() > samples) {
            write(run);
        }
    }

    private void write(TrainingRun run) {
        last = nanos.getAsLong();
        run.checkpoint(place(run));
        try {
            List<Path> files = Checkpoint.files(folder);
            for (Path old : files.subList(0, Math.max(0, files.size() - kept))) {
                Files.deleteIfExists(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint: " + e, e);
        }
    }

    private Path place(TrainingRun run) {
        int whole = run.batch() > 0 ? run.epoch() - 1 : run.epoch();
        return folder.resolve(Checkpoint.name(whole, run.batch()));
    }

    /** Returns the factory with its options, as far as they are set. */
    @Override
    public String toString() {
        return "checkpoint(" + folder
                + (everyEpochs == 0 ? "" : ", everyEpochs=" + everyEpochs)
                + (everyUpdates == 0 ? "" : ", everyUpdates=" + everyUpdates)
                + (Double.isInfinite(everyNanos) ? "" : ", everyMinutes=" + everyNanos / 60e9)
                + ", keep=" + kept
                + (best == null ? "" : ", keepBest=" + best) + ")";
    }
}

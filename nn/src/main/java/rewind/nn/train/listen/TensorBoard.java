package rewind.nn.train.listen;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.format.WholeFile;
import rewind.nn.layer.Options;
import rewind.nn.layer.Parameters;
import rewind.nn.optimize.Clipping;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/**
 * Writes event files for TensorBoard ({@code tensorboard --logdir folder}): after every epoch its losses and metrics by their names in
 * {@link History.Epoch#values}, {@code learningRate} and {@code epoch}; steps are updates of the parameters. Every run writes a file of its
 * own. A folder shows one run: where there are files already, TensorBoard is told to drop what they have of steps that this run will do,
 * which is what came after the checkpoint from which it is continued, or all. Every option returns a new listener.
 */
public final class TensorBoard extends Options<TensorBoard> implements TrainingListener {
    /** The name of a file that another one may follow by its number. */
    private static final Pattern NUMBERED = Pattern.compile("(.*\\.rewind\\.)(?!999)(\\d{3})");

    private final Path folder;
    private final DoubleSupplier wallTime;
    private int histograms;
    private int everyUpdates;

    // of the run
    private OutputStream out;
    private long updates;

    /** Returns the listener of a folder, with the usual options. */
    public static TensorBoard in(Path folder) {
        return new TensorBoard(folder, () -> System.currentTimeMillis() / 1000.0);
    }

    TensorBoard(Path folder, DoubleSupplier wallTime) {
        this.folder = folder;
        this.wallTime = wallTime;
    }

    /**
     * Also writes, after every n-th epoch, how the elements of every parameter are spread, and those of its gradient in the last update.
     *
     * @throws IllegalArgumentException if n is not positive
     */
    public TensorBoard histograms(int n) {
        Check.that(n > 0, "tensorBoard: the number of epochs must be positive, got %s", n);
        return with(listener -> listener.histograms = n);
    }

    /**
     * Also writes the loss of the batch, {@code batch/loss}, and the norm of all gradients, {@code batch/gradientNorm}, after every n-th
     * update.
     *
     * @throws IllegalArgumentException if n is not positive
     */
    public TensorBoard everyUpdates(int n) {
        Check.that(n > 0, "tensorBoard: the number of updates must be positive, got %s", n);
        return with(listener -> listener.everyUpdates = n);
    }

    @Override
    public void started(TrainingRun run) {
        updates = run.updates();
        boolean earlier;
        try {
            WholeFile.makeFolder(folder);
            String last = lastName();
            earlier = !last.isEmpty();
            out = new BufferedOutputStream(
                    Files.newOutputStream(folder.resolve(nextName(last)), StandardOpenOption.CREATE_NEW));
        } catch (IOException e) {
            throw new UncheckedIOException("tensorBoard: " + e, e);
        }
        write(EventFile.version(wallTime.getAsDouble()));
        if (earlier || updates > 0) {
            write(EventFile.continues(wallTime.getAsDouble(), updates + 1));
        }
    }

    /** The last name of a file of events in the folder, empty if there is none. */
    private String lastName() throws IOException {
        String last = "";
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "events.out.tfevents.*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                last = name.compareTo(last) > 0 ? name : last;
            }
        }
        return last;
    }

    /** Files are read in the order of their names: the new one comes last, whatever clocks say, and whoever wrote the others. */
    private String nextName(String last) {
        String name = String.format(Locale.ROOT, "events.out.tfevents.%010d.rewind.000", (long) wallTime.getAsDouble());
        if (name.compareTo(last) > 0) {
            return name;
        }
        Matcher numbered = NUMBERED.matcher(last);
        return numbered.matches()
                ? numbered.group(1) + String.format(Locale.ROOT, "%03d", Integer.parseInt(numbered.group(2)) + 1)
                : last + ".rewind.000";
    }

    @Override
    public void batchDone(TrainingRun run) {
        boolean updated = run.updates() > updates;
        updates = run.updates();
        if (everyUpdates > 0 && updated && updates % everyUpdates == 0) {
            double norm = run.gradients().map(Clipping::norm).orElseThrow();
            summaries(EventFile.join(
                    EventFile.scalar("batch/loss", run.loss()), EventFile.scalar("batch/gradientNorm", norm)));
        }
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        updates = run.updates();
        byte[] all = EventFile.join(
                EventFile.scalar("epoch", epoch.number()), EventFile.scalar("learningRate", epoch.learningRate()));
        for (String name : epoch.values().keySet()) {
            all = EventFile.join(all, EventFile.scalar(name, epoch.values().get(name)));
        }
        summaries(all);
        if (histograms > 0 && epoch.number() % histograms == 0) {
            histograms("parameter/", run.model().parameters());
            run.gradients().ifPresent(gradients -> histograms("gradient/", gradients));
        }
    }

    private void histograms(String prefix, Parameters parameters) {
        for (String name : parameters.names()) {
            Tensor values = parameters.get(name);
            if (values.size() > 0) {
                summaries(EventFile.histogram(prefix + name, Histogram.of(values)));
            }
        }
    }

    private void summaries(byte[] values) {
        write(EventFile.summaries(wallTime.getAsDouble(), updates, values));
    }

    private void write(byte[] event) {
        try {
            EventFile.record(out, event);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("tensorBoard: " + e, e);
        }
    }

    @Override
    public void ended() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException("tensorBoard: " + e, e);
            }
            out = null;
        }
    }

    /** Returns the factory with its options, as far as they are set. */
    @Override
    public String toString() {
        return "tensorBoard(" + folder
                + (histograms == 0 ? "" : ", histograms=" + histograms)
                + (everyUpdates == 0 ? "" : ", everyUpdates=" + everyUpdates) + ")";
    }
}

package rewind.nn.train.listen;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** Shows how far training is, how well it does, and how fast: a bar on a terminal, else a line per epoch. */
public final class Progress implements TrainingListener {
    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanos;

    // of the run
    private ProgressBar bar;
    private long begin;
    private long before;
    private long batches;
    private List<String> values;
    /** Read by the thread that draws the bar. */
    private volatile Moment moment;

    /** Returns the listener that writes to standard error, in place if that is a terminal. */
    public static Progress toStandardError() {
        return new Progress(System.err, Terminal.attached(), System::nanoTime);
    }

    Progress(PrintStream out, boolean terminal, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
    }

    @Override
    public void started(TrainingRun run) {
        begin = nanos.getAsLong();
        before = run.samples();
        batches = 0;
        List<History.Epoch> epochs = run.history().epochs();
        values = epochs.isEmpty() ? List.of() : values(epochs.get(epochs.size() - 1));
        moment = moment(run);
        if (terminal) {
            bar = new ProgressBarBuilder()
                    .setInitialMax(total(run))
                    .startsFrom(past(run), Duration.ZERO)
                    .setRenderer((state, columns) -> line().filled(columns))
                    .setUpdateIntervalMillis(200)
                    // keeps to one line, and is overwritten by lines printed meanwhile: the default one overwrites them
                    .setConsumer(new ConsoleProgressBarConsumer(out))
                    .build();
        }
    }

    /** How many batches there are in all; −1 while nobody knows. */
    private static long total(TrainingRun run) {
        OptionalLong perEpoch = run.batches();
        return perEpoch.isPresent() ? perEpoch.getAsLong() * run.epochs() : -1;
    }

    /** How many batches there have been. */
    private static long past(TrainingRun run) {
        int whole = run.batch() > 0 ? run.epoch() - 1 : run.epoch();
        return (long) whole * run.batches().orElse(0) + run.batch();
    }

    @Override
    public void batchDone(TrainingRun run) {
        batches++;
        show(run);
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        values = values(epoch);
        show(run);
        if (!terminal) {
            out.println(moment.text());
            out.flush();
        }
    }

    @Override
    public void ended() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private void show(TrainingRun run) {
        moment = moment(run);
        if (terminal) {
            bar.maxHint(total(run));
            bar.stepTo(past(run));
        }
    }

    ProgressLine line() {
        return moment.line();
    }

    private Moment moment(TrainingRun run) {
        return new Moment(
                run.epoch(),
                run.epochs(),
                past(run),
                total(run),
                run.loss(),
                values,
                run.samples() - before,
                batches,
                Math.max(1, nanos.getAsLong() - begin) / 1e9,
                run.stopping());
    }

    /** Loss and metrics, each with that of the validation data behind a slash. */
    private static List<String> values(History.Epoch epoch) {
        Map<String, Double> values = epoch.values();
        List<String> texts = new ArrayList<>();
        values.forEach((name, value) -> {
            if (!name.startsWith("validation/")) {
                Double validation = values.get("validation/" + name);
                String behind = validation == null ? "" : String.format(Locale.ROOT, " / %.4g", validation);
                texts.add(String.format(Locale.ROOT, "%s %.4g", name, value) + behind);
            }
        });
        return texts;
    }

    /** What there is to tell after a batch; it is put into words when it is shown, a few times a second. */
    private record Moment(
            int epoch,
            int epochs,
            long past,
            long total,
            double batchLoss,
            List<String> values,
            long samples,
            long batches,
            double seconds,
            boolean stopping) {
        String text() {
            return place() + "  " + String.join("  ", values) + "  " + speed()
                    + (left().isEmpty() ? "" : "  " + left());
        }

        ProgressLine line() {
            double share = total > 0 ? Math.min(1, past / (double) total) : Double.NaN;
            List<String> others = new ArrayList<>(List.of(left()));
            others.addAll(values.subList(Math.min(1, values.size()), values.size()));
            others.add(speed());
            return new ProgressLine(place(), share, loss(), others);
        }

        private String place() {
            return "epoch " + epoch + "/" + epochs;
        }

        /** That of the last epoch; before there is one, of the last batch. */
        private String loss() {
            if (!values.isEmpty()) {
                return values.get(0);
            }
            return Double.isNaN(batchLoss) ? "" : String.format(Locale.ROOT, "batch loss %.4g", batchLoss);
        }

        private String speed() {
            return String.format(Locale.ROOT, "%.0f samples/s", samples / seconds);
        }

        /** The time that is left if batches go on as fast. */
        private String left() {
            long rest = total - past;
            if (rest <= 0 || batches == 0 || stopping) {
                return "";
            }
            long left = Math.round(seconds / batches * rest);
            return left < 3600
                    ? String.format(Locale.ROOT, "%d:%02d left", left / 60, left % 60)
                    : String.format(Locale.ROOT, "%d:%02d:%02d left", left / 3600, left / 60 % 60, left % 60);
        }
    }

    /** Returns the factory, and where it shows what. */
    @Override
    public String toString() {
        return "progressBar(" + (terminal ? "on a terminal" : "as lines") + ")";
    }
}

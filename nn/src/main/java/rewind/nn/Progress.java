package rewind.nn;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far training is, how well it does, and how fast: a bar on a terminal, else a line per epoch. */
final class Progress implements TrainingListener {
    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanos;

    // of the run
    private ProgressBar bar;
    private long begin;
    private long before;
    private long batches;
    private String losses;

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
        losses = "";
        if (terminal) {
            bar = new ProgressBarBuilder()
                    .setTaskName("training")
                    .setInitialMax(total(run))
                    .startsFrom(past(run), Duration.ZERO)
                    .setStyle(ProgressBarStyle.ASCII)
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
        return run.history().epochs().size() * run.batches().orElse(0) + run.batch();
    }

    @Override
    public void batchDone(TrainingRun run) {
        batches++;
        if (terminal) {
            bar.maxHint(total(run));
            bar.stepTo(past(run));
            bar.setExtraMessage(
                    String.format(Locale.ROOT, "epoch %d/%d  %s%s", run.epoch(), run.epochs(), speed(run), losses));
        }
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        losses = values(epoch);
        if (!terminal) {
            out.printf(
                    Locale.ROOT, "epoch %d/%d%s  %s%s%n", epoch.number(), run.epochs(), losses, speed(run), left(run));
            out.flush();
        }
    }

    /** Loss and metrics, each with that of the validation data behind a slash. */
    private static String values(History.Epoch epoch) {
        Map<String, Double> values = epoch.values();
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> {
            if (!name.startsWith("validation/")) {
                Double validation = values.get("validation/" + name);
                text.append(String.format(Locale.ROOT, "  %s %.4g", name, value));
                text.append(validation == null ? "" : String.format(Locale.ROOT, " / %.4g", validation));
            }
        });
        return text.toString();
    }

    private String speed(TrainingRun run) {
        return String.format(Locale.ROOT, "%.0f samples/s", (run.samples() - before) / seconds());
    }

    private double seconds() {
        return Math.max(1, nanos.getAsLong() - begin) / 1e9;
    }

    /** The time that is left if batches go on as fast. */
    private String left(TrainingRun run) {
        long rest = total(run) - past(run);
        if (rest <= 0 || batches == 0 || run.stopping()) {
            return "";
        }
        long seconds = Math.round(seconds() / batches * rest);
        return seconds < 3600
                ? String.format(Locale.ROOT, "  %d:%02d left", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "  %d:%02d:%02d left", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    @Override
    public void ended() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}

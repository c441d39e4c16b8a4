package rewind.nn;

import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Ready-made listeners, for static import. */
public final class Listeners {
    private Listeners() {}

    /** A progress bar on the standard error stream, with the epoch and its losses. */
    public static TrainingListener progressBar() {
        return new Bar();
    }

    private static final class Bar implements TrainingListener {
        private ProgressBar bar;

        @Override
        public void started(int epochs, int batchesPerEpoch) {
            bar = new ProgressBarBuilder()
                    .setTaskName("training")
                    .setInitialMax((long) epochs * batchesPerEpoch)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    // keeps to one line, and is overwritten by lines printed meanwhile: the default one overwrites them
                    .setConsumer(new ConsoleProgressBarConsumer(System.err))
                    .build();
        }

        @Override
        public void batchDone(int epoch, int batch, double loss) {
            bar.step();
        }

        @Override
        public void epochDone(History.Epoch epoch) {
            String validation = Double.isNaN(epoch.validationLoss())
                    ? ""
                    : String.format(Locale.ROOT, " / %.4g", epoch.validationLoss());
            bar.setExtraMessage(
                    String.format(Locale.ROOT, "epoch %d loss %.4g%s", epoch.number(), epoch.loss(), validation));
        }

        @Override
        public void ended() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}

package rewind.examples;

import static rewind.nn.Layers.dense;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Metrics.accuracy;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Schedules.cosine;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.math3.random.Well19937c;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import rewind.autograd.Shape;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Csv;
import rewind.nn.data.Dataset;
import rewind.nn.data.Scaling;
import rewind.nn.train.History;

/** Networks that tell of which class a series is, side by side: those of {@link DummyTime}, or the user's own. */
@Command(
        name = "classify",
        aliases = "dummy-time",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header =
                "Tells classes of series, of your own or a sine in noise from noise alone, with several networks side by side.",
        description = {
            "",
            "A file has a series in every row: its class, by default in the first column, and its values one after the other. With"
                    + " --sample it has a step in every row: the columns of class and sample, and all others are features;"
                    + " rows with the same sample are one series, and series may have different lengths.",
            "",
            "By default it is the task dummy_time of EpyNN: noise, half of it with a sine. Four fifths of the series, drawn at"
                    + " random, are for training, the others for validation.",
            ""
        })
final class Classify extends Example {
    private static final int LEAST = 10; // series

    @Mixin
    private CsvOptions table;

    @Option(names = "--label", paramLabel = "<name>", description = "column of the class (default: the first one)")
    private String label;

    @Option(
            names = "--sample",
            paramLabel = "<name>",
            description = "column that tells the series apart, where every row is a step")
    private String sample;

    @Option(
            names = "--samples",
            paramLabel = "<n>",
            defaultValue = "1024",
            description = "number of series without --data (default: ${DEFAULT-VALUE})")
    private int samples;

    @Option(
            names = "--cells",
            paramLabel = "<cell>",
            split = ",",
            defaultValue = "RNN,GRU,LSTM",
            description = "networks to compare: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private List<CellKind> cells;

    @Option(
            names = "--units",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "units of each network (default: ${DEFAULT-VALUE})")
    private int units;

    @Option(
            names = "--epochs",
            paramLabel = "<n>",
            defaultValue = "60",
            description = "how often all series are seen (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(
            names = "--learning-rate",
            paramLabel = "<x>",
            defaultValue = "0.01",
            description = "learning rate of Adam at the start (default: ${DEFAULT-VALUE})")
    private double learningRate;

    @Option(
            names = "--picture",
            paramLabel = "<file>",
            description = "where to draw (default: classify.png, or dummy-time.png without --data)")
    private Path picture;

    @Override
    void run() throws Exception {
        requireBetween("--units", units, 1, 10_000);
        requirePositive("--epochs", epochs);
        requirePositive("--learning-rate", learningRate);
        InputException.unless(samples >= LEAST, "--samples must be at least %s, got %s", LEAST, samples);
        if (picture == null) {
            picture = Path.of(table.csv().isPresent() ? "classify.png" : "dummy-time.png");
        }
        Pictures.requireWritable(picture);
        LabelledSeries series = table.csv()
                .map(this::read)
                .orElseGet(() -> new LabelledSeries(
                        DummyTime.series(new Well19937c(seed), samples), List.of("noise", "sine in noise")));
        List<Dataset> parts = series.data().split(0.8, seed);
        Map<CellKind, History> histories = learn(parts.get(0), parts.get(1));
        print("%n%-24s %20s %20s", "", "training accuracy", "validation accuracy");
        print("%-24s %20.3f %20.3f", "always the same class", largest(parts.get(0)), largest(parts.get(1)));
        histories.forEach((cell, history) -> print(
                "%-24s %20.3f %20.3f",
                cell,
                history.last().metrics().get("accuracy"),
                history.last().validationMetrics().get("accuracy")));
        new LearningCurves("Accuracy by epoch: " + String.join(", ", series.classes()), "accuracy, part of the series")
                .upTo(1)
                .curves(
                        histories,
                        epoch -> epoch.metrics().get("accuracy"),
                        epoch -> epoch.validationMetrics().get("accuracy"))
                .write(picture);
        print("%n%s: the accuracies after every epoch", picture);
    }

    private LabelledSeries read(Csv csv) {
        LabelledSeries series = CsvOptions.reading(() -> {
            String column = label == null ? csv.names().get(0) : label;
            return sample == null ? LabelledSeries.ofRows(csv, column) : LabelledSeries.ofSteps(csv, column, sample);
        });
        int size = series.data().size();
        InputException.unless(size >= LEAST, "%s: there must be at least %s series, got %s", csv, LEAST, size);
        InputException.unless(
                series.classes().size() > 1, "%s: there must be at least 2 classes, got %s", csv, series.classes());
        print(
                "%s: %d series of up to %d steps, %d classes%n",
                csv, size, series.data().x().size(1), series.classes().size());
        return series;
    }

    /** The part of the samples that are of the most frequent class. */
    private static double largest(Dataset data) {
        return data.y().mean(0).max().toDouble();
    }

    private Map<CellKind, History> learn(Dataset train, Dataset valid) throws Exception {
        Scaling scaling = Scaling.standard(train);
        Map<CellKind, Callable<History>> tasks = new LinkedHashMap<>();
        cells.forEach(cell ->
                tasks.put(cell, () -> learn(cell, train.mapX(scaling::apply), valid.mapX(scaling::apply))));
        return SideBySide.run(tasks);
    }

    private History learn(CellKind cell, Dataset train, Dataset valid) {
        Shape sample = Shape.of(train.x().size(1), train.x().size(2));
        Model model = Sequential.of(cell.layer(units), dense(train.y().size(1), "softmax"))
                .build(sample, seed);
        return Training.of(model)
                .loss(categoricalCrossEntropy())
                .optimizer(adam(learningRate))
                .schedule(cosine())
                .metrics(accuracy())
                .epochs(epochs)
                .batchSize(32)
                .validation(valid)
                .on(lines(
                        10,
                        epoch -> format(
                                "%-5s epoch %3d  loss %.4f / %.4f  accuracy %.3f / %.3f",
                                cell,
                                epoch.number(),
                                epoch.loss(),
                                epoch.validationLoss(),
                                epoch.metrics().get("accuracy"),
                                epoch.validationMetrics().get("accuracy"))))
                .fit(train);
    }
}

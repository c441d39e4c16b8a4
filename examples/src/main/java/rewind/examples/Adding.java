package rewind.examples;

import static rewind.nn.Layers.dense;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.train.History;

/** Networks at the {@link AddingProblem} with the same settings: what must be remembered lies as far back as the sequence is long. */
@Command(
        name = "adding",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header = "Adds two marked numbers of a long sequence, which an LSTM learns and a simple RNN does not.",
        description = {
            "",
            "At every step there is a number from 0 to 1 and a mark; two numbers are marked, and their sum is wanted (Hochreiter"
                    + " and Schmidhuber 1997). Always answering 1 has a mean squared error of 1/6. All networks learn with the"
                    + " same settings, and are tested on sequences that they have not seen.",
            ""
        })
final class Adding extends Example {
    @Option(
            names = "--cells",
            paramLabel = "<cell>",
            split = ",",
            defaultValue = "LSTM,RNN",
            description = "networks to compare: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private List<CellKind> cells;

    @Option(
            names = "--steps",
            paramLabel = "<n>",
            defaultValue = "100",
            description = "length of the sequences (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(
            names = "--samples",
            paramLabel = "<n>",
            defaultValue = "4000",
            description = "sequences to train on (default: ${DEFAULT-VALUE})")
    private int samples;

    @Option(
            names = "--units",
            paramLabel = "<n>",
            defaultValue = "32",
            description = "units of each network (default: ${DEFAULT-VALUE})")
    private int units;

    @Option(
            names = "--epochs",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "how often all sequences are seen (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(
            names = "--learning-rate",
            paramLabel = "<x>",
            defaultValue = "0.01",
            description = "learning rate of Adam (default: ${DEFAULT-VALUE})")
    private double learningRate;

    @Option(
            names = "--picture",
            paramLabel = "<file>",
            defaultValue = "adding.png",
            description = "where to draw (default: ${DEFAULT-VALUE})")
    private Path picture;

    @Override
    void run() throws Exception {
        requireBetween("--steps", steps, 2, 100_000);
        requireBetween("--units", units, 1, 10_000);
        requirePositive("--samples", samples);
        requirePositive("--epochs", epochs);
        requirePositive("--learning-rate", learningRate);
        Pictures.requireWritable(picture);
        Map<CellKind, History> histories = learn();
        print(
                "%nmean squared error on new sequences of %d steps (always answering 1: %.4f)",
                steps, AddingProblem.BASELINE);
        histories.forEach(
                (cell, history) -> print("  %-5s %.4f", cell, history.last().validationLoss()));
        new LearningCurves("Adding problem over " + steps + " steps", "mean squared error on new sequences")
                .curves(histories, History.Epoch::validationLoss)
                .level("always answering 1", AddingProblem.BASELINE, epochs)
                .write(picture);
        print("%n%s: the errors after every epoch", picture);
    }

    private Map<CellKind, History> learn() throws Exception {
        AddingProblem problem = new AddingProblem(steps);
        RandomGenerator rng = new Well19937c(seed);
        Dataset train = problem.draw(rng, samples);
        Dataset valid = problem.draw(rng, 1000);
        Map<CellKind, Callable<History>> tasks = new LinkedHashMap<>();
        cells.forEach(cell -> tasks.put(cell, () -> learn(cell, train, valid)));
        return SideBySide.run(tasks);
    }

    private History learn(CellKind cell, Dataset train, Dataset valid) {
        Model model = Sequential.of(cell.layer(units).clipGradients(1), dense(1))
                .build(Shape.of(steps, 2), seed, DType.FLOAT32);
        return Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(learningRate))
                .epochs(epochs)
                .batchSize(32)
                .validation(valid)
                .on(lines(
                        1,
                        epoch -> format(
                                "%-5s epoch %3d  mean squared error %.4f",
                                cell, epoch.number(), epoch.validationLoss())))
                .fit(train);
    }
}

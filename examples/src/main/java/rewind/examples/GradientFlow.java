package rewind.examples;

import static rewind.nn.Layers.dense;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** What goes back through the steps of an RNN, a GRU and an LSTM, and how far their gates are open, before and after training. */
@Command(
        name = "gradient-flow",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header = "Shows the gradient by every step of a sequence, and how saturated each gate is.",
        description = {
            "",
            "An RNN, a GRU and an LSTM learn the adding problem, whose answer is asked for after the last step. For every step t"
                    + " the norm of the derivative of the loss by the state after it, h and of the LSTM also C, is drawn, before and after training,"
                    + " and which part of each gate's values lies within a tenth of its range from either end.",
            ""
        })
final class GradientFlow extends Example {
    private static final int SAMPLES = 64; // that are looked at

    @Option(
            names = "--steps",
            paramLabel = "<n>",
            defaultValue = "50",
            description = "length of the sequences (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(
            names = "--units",
            paramLabel = "<n>",
            defaultValue = "24",
            description = "units of each network (default: ${DEFAULT-VALUE})")
    private int units;

    @Option(
            names = "--samples",
            paramLabel = "<n>",
            defaultValue = "4000",
            description = "sequences to train on (default: ${DEFAULT-VALUE})")
    private int samples;

    @Option(
            names = "--epochs",
            paramLabel = "<n>",
            defaultValue = "8",
            description = "how often all sequences are seen (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(
            names = "--picture",
            paramLabel = "<file>",
            defaultValue = "gradient-flow.png",
            description = "where to draw (default: ${DEFAULT-VALUE})")
    private Path picture;

    @Option(
            names = "--csv",
            paramLabel = "<file>",
            defaultValue = "gradient-flow.csv",
            description = "where to write the values of every step (default: ${DEFAULT-VALUE})")
    private Path csv;

    @Override
    void run() throws Exception {
        requireBetween("--steps", steps, 2, 10_000);
        requireBetween("--units", units, 1, 1000);
        requirePositive("--samples", samples);
        requirePositive("--epochs", epochs);
        Pictures.requireWritable(picture);
        Pictures.requireWritable(csv);
        List<Flow> flows = new ArrayList<>();
        SideBySide.run(tasks()).values().forEach(flows::addAll);
        print("norm of the derivative of a sample's loss by the state, mean of %d samples", SAMPLES);
        print("                       step 1      step %-4d  ratio", steps);
        for (Flow flow : flows) {
            flow.norms()
                    .forEach((state, norms) -> print(
                            "  %-18s %9.2e  %9.2e  %9.2e",
                            flow.cell() + " " + state + ", epoch " + flow.epoch(),
                            norms[0],
                            norms[steps - 1],
                            norms[0] / norms[steps - 1]));
        }
        Pictures.write(picture, FlowChart.of(flows));
        Pictures.write(csv, FlowTable.of(flows).getBytes(StandardCharsets.UTF_8));
        print("%n%s: norms and saturation by step; %s: their values", picture, csv);
    }

    private Map<CellKind, Callable<List<Flow>>> tasks() {
        AddingProblem problem = new AddingProblem(steps);
        RandomGenerator rng = new Well19937c(seed);
        Dataset train = problem.draw(rng, samples);
        Dataset shown = problem.draw(rng, SAMPLES);
        Map<CellKind, Callable<List<Flow>>> tasks = new LinkedHashMap<>();
        for (CellKind cell : List.of(CellKind.RNN, CellKind.GRU, CellKind.LSTM)) {
            tasks.put(cell, () -> beforeAndAfter(cell, train, shown));
        }
        return tasks;
    }

    private List<Flow> beforeAndAfter(CellKind cell, Dataset train, Dataset shown) {
        Model model = Sequential.of(cell.layer(units).clipGradients(1), dense(1))
                .build(Shape.of(steps, 2), seed, DType.FLOAT32);
        Flow before = flow(cell, 0, model, shown);
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.01))
                .epochs(epochs)
                .batchSize(32)
                .fit(train);
        return List.of(before, flow(cell, epochs, model, shown));
    }

    /** In FLOAT64, where small gradients do not vanish. */
    private Flow flow(CellKind cell, int epoch, Model model, Dataset shown) {
        return Flow.of(cell, epoch, model.parameters().to(DType.FLOAT64), units, shown);
    }
}

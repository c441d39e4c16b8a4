package rewind.examples;

import static rewind.nn.Layers.dense;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Scope;
import rewind.nn.train.History;

/** The way of a cell of one's own: written down in {@link MinimalGatedUnit}, its gradients checked, trained, and compared with a GRU. */
@Command(
        name = "own-cell",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header = "Checks and trains a cell of one's own, the minimal gated unit, and compares it with a GRU.",
        description = {
            "",
            "The definition is in MinimalGatedUnit.java, the adding problem that both learn in AddingProblem.java.",
            ""
        })
final class OwnCell extends Example {
    @Option(
            names = "--steps",
            paramLabel = "<n>",
            defaultValue = "30",
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
            defaultValue = "24",
            description = "units of each network (default: ${DEFAULT-VALUE})")
    private int units;

    @Option(
            names = "--epochs",
            paramLabel = "<n>",
            defaultValue = "12",
            description = "how often all sequences are seen (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(
            names = "--picture",
            paramLabel = "<file>",
            defaultValue = "own-cell.png",
            description = "where to draw (default: ${DEFAULT-VALUE})")
    private Path picture;

    @Override
    void run() throws Exception {
        requireBetween("--steps", steps, 2, 100_000);
        requireBetween("--units", units, 1, 10_000);
        requirePositive("--samples", samples);
        requirePositive("--epochs", epochs);
        Pictures.requireWritable(picture);
        GradientCheck step = stepCheck(seed).secondOrder();
        step.verify();
        GradientCheck whole = modelCheck(seed);
        whole.verify();
        print("gradients of one step, first and second order: as central differences");
        print("gradients of the loss over 5 steps by every parameter: as central differences%n");
        compare();
    }

    /** The check of one step by its input, its state and every parameter. */
    static GradientCheck stepCheck(long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Scope drawn = Scope.drawing(rng);
        MinimalGatedUnit.cell(drawn, 3, 4);
        Parameters parameters = drawn.parameters();
        List<Tensor> inputs = new ArrayList<>(List.of(Tensor.randn(rng, 2, 3), Tensor.randn(rng, 2, 4)));
        inputs.addAll(parameters.values());
        List<String> names = new ArrayList<>(List.of("x", "h"));
        names.addAll(parameters.stored());
        Function<List<Tensor>, Tensor> step =
                in -> MinimalGatedUnit.cell(Scope.of(parameters.with(in.subList(2, in.size()))), 3, 4)
                        .step(in.get(0), in.get(1));
        return GradientCheck.ofAll(step)
                .named("minimal gated unit")
                .inputNames(names)
                .at(inputs);
    }

    /** The check of a loss over a short sequence by every parameter of a model. */
    static GradientCheck modelCheck(long seed) {
        Dataset data = new AddingProblem(5).draw(new Well19937c(seed), 3);
        Model model = Sequential.of(CellKind.MGU.layer(4), dense(1)).build(Shape.of(5, 2), seed);
        Parameters parameters = model.parameters();
        return GradientCheck.ofAll(in -> meanSquaredError().of(model.forward(parameters.with(in), data.x()), data.y()))
                .named("loss")
                .inputNames(new ArrayList<>(parameters.stored()))
                .at(parameters.values());
    }

    private void compare() throws Exception {
        AddingProblem problem = new AddingProblem(steps);
        RandomGenerator rng = new Well19937c(seed);
        Dataset train = problem.draw(rng, samples);
        Dataset valid = problem.draw(rng, 1000);
        Map<CellKind, Model> models = new LinkedHashMap<>();
        Map<CellKind, Callable<History>> tasks = new LinkedHashMap<>();
        for (CellKind cell : List.of(CellKind.MGU, CellKind.GRU)) {
            Model model = Sequential.of(cell.layer(units).clipGradients(1), dense(1))
                    .build(Shape.of(steps, 2), seed, DType.FLOAT32);
            models.put(cell, model);
            tasks.put(cell, () -> train(model, train, valid));
        }
        Map<CellKind, History> histories = SideBySide.run(tasks);
        print("adding problem over %d steps after %d epochs", steps, epochs);
        print("        parameters   mean squared error (always answering 1: %.4f)", AddingProblem.BASELINE);
        histories.forEach((cell, history) -> print(
                "  %-5s %10d   %.5f",
                cell, models.get(cell).parameters().count(), history.last().validationLoss()));
        new LearningCurves(
                        "Minimal gated unit and GRU at the adding problem, " + steps + " steps",
                        "mean squared error on new sequences")
                .logarithmic()
                .curves(histories, History.Epoch::validationLoss)
                .level("always answering 1", AddingProblem.BASELINE, epochs)
                .write(picture);
        print("%n%s: the errors after every epoch", picture);
    }

    private History train(Model model, Dataset train, Dataset valid) {
        return Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.01))
                .epochs(epochs)
                .batchSize(32)
                .validation(valid)
                .fit(train);
    }
}

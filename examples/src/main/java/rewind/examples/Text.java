package rewind.examples;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.oneHot;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Schedules.cosine;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.DataSource;
import rewind.nn.data.Vocabulary;
import rewind.nn.sequence.Decoded;
import rewind.nn.sequence.Decoding;
import rewind.nn.train.History;

/** A network that reads a text character by character and learns what comes next; then it writes. */
@Command(
        name = "text",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header = "Learns to write like a text, character by character: by default like the sources of this project.",
        description = {
            "",
            "Nine tenths of the text are for training. On the rest it is measured how many bits a character takes, beside counting"
                    + " single characters, pairs and triples in the same training part. The lower the temperature of a sample,"
                    + " the more it keeps to what is likely.",
            ""
        })
final class Text extends Example {
    private static final int LONGEST_NGRAM = 3;

    @Option(
            names = "--text",
            paramLabel = "<path>",
            description = "file, or folder whose files with --ending are read (default: the sources of the project)")
    private Path text;

    @Option(
            names = "--ending",
            paramLabel = "<e>",
            defaultValue = ".java",
            description = "how the names of the files in a folder end (default: ${DEFAULT-VALUE})")
    private String ending;

    @Option(
            names = "--characters",
            paramLabel = "<n>",
            defaultValue = "200000",
            description = "how many characters are read at most (default: ${DEFAULT-VALUE})")
    private int characters;

    @Option(
            names = "--cell",
            paramLabel = "<cell>",
            defaultValue = "GRU",
            description = "recurrent layer: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private CellKind cell;

    @Option(
            names = "--units",
            paramLabel = "<n>",
            defaultValue = "96",
            description = "units of the recurrent layer (default: ${DEFAULT-VALUE})")
    private int units;

    @Option(
            names = "--embedding",
            paramLabel = "<n>",
            defaultValue = "24",
            description = "learned features of a character; 0 for one-hot (default: ${DEFAULT-VALUE})")
    private int features;

    @Option(
            names = "--steps",
            paramLabel = "<n>",
            defaultValue = "64",
            description = "characters of a sample to train on (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(
            names = "--epochs",
            paramLabel = "<n>",
            defaultValue = "8",
            description = "how often the text is read (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(
            names = "--batch-size",
            paramLabel = "<n>",
            defaultValue = "32",
            description = "samples per update (default: ${DEFAULT-VALUE})")
    private int batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "<x>",
            defaultValue = "0.005",
            description = "learning rate of Adam at the start (default: ${DEFAULT-VALUE})")
    private double learningRate;

    @Option(
            names = "--temperatures",
            paramLabel = "<x>",
            split = ",",
            defaultValue = "0.3,0.7,1.0",
            description = "of the samples that are written (default: ${DEFAULT-VALUE})")
    private List<Double> temperatures;

    @Option(
            names = "--length",
            paramLabel = "<n>",
            defaultValue = "300",
            description = "characters of each sample (default: ${DEFAULT-VALUE})")
    private int length;

    @Option(
            names = "--start",
            paramLabel = "<text>",
            defaultValue = "    /** Returns ",
            description = "what the samples begin with (default: '${DEFAULT-VALUE}')")
    private String start;

    @Option(
            names = "--picture",
            paramLabel = "<file>",
            defaultValue = "text.png",
            description = "where to draw (default: ${DEFAULT-VALUE})")
    private Path picture;

    @Override
    void run() {
        checkOptions();
        int[] all = TextFiles.read(text == null ? TextFiles.sources() : text, ending, seed)
                .codePoints()
                .limit(characters)
                .toArray();
        int cut = all.length * 9 / 10;
        InputException.unless(
                all.length - cut > steps,
                "the text must be more than ten times as long as --steps %s, got %s characters",
                steps,
                all.length);
        String train = new String(all, 0, cut);
        String valid = new String(all, cut, all.length - cut);
        Vocabulary letters = Vocabulary.characters().unknown("\uFFFD").of(train);
        Model model = model(letters);
        print("%d characters, %d different ones, the first %d to train on", all.length, letters.size(), cut);
        print(
                "network: %s, %d units, %d parameters%n",
                cell, units, model.parameters().count());
        Map<String, Double> counted = counted(letters, train, valid);
        History history = fit(model, letters, train, valid);
        print("%nbits per character on the last %d characters", all.length - cut);
        counted.forEach((name, bits) -> print("  %-20s %6.3f", name, bits));
        print("  %-20s %6.3f", cell, bits(history.last().validationLoss()));
        Decoding writing = Decoding.of(model)
                .vocabulary(letters)
                .atMost(Math.max(1, length))
                .after(start);
        for (double temperature : temperatures) {
            print("%n--- temperature %s", temperature);
            Decoded written = writing.sample(new Well19937c(seed), p -> p.temperature(temperature))
                    .get(0);
            print("%s%s", start, length == 0 ? "" : letters.decode(written.ids()));
        }
        draw(history, counted);
    }

    private void checkOptions() {
        requirePositive("--characters", characters);
        requireBetween("--units", units, 1, 10_000);
        requireBetween("--embedding", features, 0, 10_000);
        requireBetween("--steps", steps, 1, 10_000);
        requirePositive("--epochs", epochs);
        requirePositive("--batch-size", batchSize);
        requirePositive("--learning-rate", learningRate);
        requireBetween("--length", length, 0, 1_000_000);
        temperatures.forEach(temperature -> requirePositive("--temperatures", temperature));
        InputException.unless(!start.isEmpty(), "--start must have a character");
        Pictures.requireWritable(picture);
    }

    private Model model(Vocabulary letters) {
        int size = letters.size();
        return Sequential.of(
                        features == 0 ? oneHot(size) : embedding(size, features),
                        cell.layer(units).sequences(true),
                        dense(size, "softmax"))
                .build(Shape.of(steps), seed, DType.FLOAT32);
    }

    /** The bits per character of counting, beside which those of a network mean something. */
    private static Map<String, Double> counted(Vocabulary letters, String train, String valid) {
        Map<String, Double> bits = new LinkedHashMap<>();
        String[] names = {"single characters", "pairs", "triples"};
        for (int n = 1; n <= LONGEST_NGRAM; n++) {
            NGrams counts = new NGrams(n, letters.size(), letters.encode(train));
            bits.put(names[n - 1], counts.bits(letters.encode(valid)));
        }
        return bits;
    }

    private History fit(Model model, Vocabulary letters, String train, String valid) {
        return Training.of(model)
                .loss(categoricalCrossEntropy())
                .optimizer(adam(learningRate))
                .schedule(cosine())
                .epochs(epochs)
                .batchSize(batchSize)
                .clipNorm(1)
                .validation(samples(letters, valid))
                .on(lines(
                        1,
                        epoch -> format(
                                "epoch %3d  bits per character %.3f / %.3f",
                                epoch.number(), bits(epoch.loss()), bits(epoch.validationLoss()))))
                .fit(samples(letters, train));
    }

    /** Parts of the text, and of each the same a character later; one-hot batch by batch, as all at once would be large. */
    private DataSource samples(Vocabulary letters, String part) {
        return letters.windows(part, steps, steps).map(batch -> batch.mapY(letters::oneHot));
    }

    private static double bits(double loss) {
        return loss / Math.log(2);
    }

    private void draw(History history, Map<String, Double> counted) {
        LearningCurves curves = new LearningCurves("Text, character by character", "bits per character")
                .curves(Map.of(cell, history), epoch -> bits(epoch.loss()), epoch -> bits(epoch.validationLoss()));
        counted.forEach((name, bits) -> curves.level(name, bits, epochs));
        curves.write(picture);
        print("%n%s: the bits per character after every epoch", picture);
    }
}

package rewind.nn.train.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Listeners.checkpoint;
import static rewind.nn.Listeners.csvLog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Optimizers;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Csv;
import rewind.nn.data.Dataset;
import rewind.nn.data.Scaling;
import rewind.nn.data.Vocabulary;
import rewind.nn.format.Npy;
import rewind.nn.format.Npz;
import rewind.nn.train.History;

/** What a machine reads again is written and read alike in every locale: with its own digits, a decimal comma, a Turkish i. */
class LocalesTest {
    private static final RandomGenerator RNG = new Well19937c(2);
    private static final Dataset DATA = new Dataset(Tensor.randn(RNG, 7, 3, 2), Tensor.randn(RNG, 7, 1));

    @TempDir
    private Path folder;

    private static void in(String tag, Work work) throws IOException {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(tag));
            work.run();
        } finally {
            Locale.setDefault(before);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Model model(long seed) {
        return Sequential.of(gru(2).layerNormalization(true), dense(1, "sigmoid"))
                .build(Shape.of(3, 2), seed, DType.FLOAT32);
    }

    /** The locales below do change what a careless program writes. */
    @Test
    void theseLocalesDiffer() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String tag : new String[] {"ar-EG", "de-DE", "tr-TR", "hi-IN-u-nu-deva"}) {
            in(
                    tag,
                    () -> texts.put(
                            tag,
                            String.format(Locale.getDefault(), "%d %.1f ", 12, 1.5)
                                    + "TITLE".toLowerCase(Locale.getDefault())));
        }
        assertThat(texts)
                .containsEntry("ar-EG", "\u0661\u0662 \u0661\u066b\u0665 title")
                .containsEntry("de-DE", "12 1,5 title")
                .containsEntry("tr-TR", "12 1,5 t\u0131tle")
                .containsEntry("hi-IN-u-nu-deva", "\u0967\u0968 \u0967.\u096b title");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "de-DE", "tr-TR", "hi-IN-u-nu-deva", "fa-IR", "th-TH-u-ca-buddhist-nu-thai"})
    void everyFileIsTheSame(String tag) throws IOException {
        Path here = Files.createDirectory(folder.resolve("here"));
        Path there = Files.createDirectory(folder.resolve("there"));
        in("und", () -> work(here));
        in(tag, () -> work(there));
        Map<String, byte[]> expected = files(here);
        Map<String, byte[]> actual = files(there);
        assertThat(actual.keySet()).isEqualTo(expected.keySet()).hasSize(12);
        expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
    }

    /** Writes a file of every kind, in a run that is stopped and continued, and reads them again. */
    private static void work(Path in) throws IOException {
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        Model model = model(1);
        for (int epochs : new int[] {2, 4}) {
            History history = Training.of(model)
                    .optimizer(Optimizers.adam(0.0125))
                    .epochs(epochs)
                    .batchSize(3)
                    .validation(DATA)
                    .metrics(Metrics.rootMeanSquaredError())
                    .on(new Progress(new PrintStream(progress, true, StandardCharsets.UTF_8), false, () -> 1))
                    .on(csvLog(in.resolve("log.csv")), new TensorBoard(in.resolve("runs"), () -> 1.7e9))
                    .on(checkpoint(in.resolve("checkpoints")).keepBest())
                    .resume(in.resolve("checkpoints"))
                    .fit(DATA);
            assertThat(history.epochs()).hasSize(epochs);
            history.toCsv(in.resolve("history.csv"));
        }
        Files.write(in.resolve("progress.txt"), progress.toByteArray());
        assertThat(Csv.of(in.resolve("log.csv")).read().numbers().shape()).isEqualTo(Shape.of(4, 6));

        Scaling scaling = Scaling.standard(DATA.x());
        scaling.noteIn(model, "scale");
        Vocabulary words = Vocabulary.words().of("TITLE INDEX I \u0130 \u0131 i 12");
        words.noteIn(model, "words");
        Path file = in.resolve("model.safetensors");
        model.save(file);
        Model loaded = Model.load(file);
        assertThat(loaded.predict(DATA.x()).toArray())
                .isEqualTo(model.predict(DATA.x()).toArray());
        assertThat(Scaling.of(loaded, "scale").apply(DATA.x()).toArray())
                .isEqualTo(scaling.apply(DATA.x()).toArray());
        assertThat(Vocabulary.of(loaded, "words").tokens()).isEqualTo(words.tokens());
        Files.writeString(in.resolve("summary.txt"), model.summary().toString() + DATA.x());

        Npy.write(in.resolve("x.npy"), DATA.x());
        assertThat(Npy.read(in.resolve("x.npy")).toArray()).isEqualTo(DATA.x().toArray());
        Npz.write(in.resolve("x.npz"), Map.of("INDEX", DATA.y()));
        assertThat(Npz.read(in.resolve("x.npz")).get("INDEX").toArray())
                .isEqualTo(DATA.y().toArray());
    }

    private static Map<String, byte[]> files(Path in) throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(in)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                contents.put(in.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }
}

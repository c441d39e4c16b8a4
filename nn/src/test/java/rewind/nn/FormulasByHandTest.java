package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Shape;
import rewind.nn.layer.Layer;

/** What the documentation says of the built-in cells is what their recordings say. */
class FormulasByHandTest {
    private static final Map<String, Layer> LAYERS = Map.of(
            "Rnn", rnn(3).sequences(true),
            "Gru", gru(3).sequences(true),
            "ResetAfterGru", gru(3).sequences(true).resetAfter(true),
            "Lstm", lstm(3).sequences(true));
    /** How many lines a derived backward pass may have more than one by hand. */
    private static final int MORE = 2;

    private static List<String> printed(String cell) {
        String text =
                Model.build(LAYERS.get(cell), Shape.of(5, 2), 1).equations().text();
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.replaceAll(" {4,}.*", ""))
                .toList();
    }

    /** Equations of a step as one writes them by hand: h⁻ for h⟨t−1⟩, dh⁺ for what the next step hands back. */
    private static Set<String> atOneStep(List<String> printed) {
        List<String> handed = printed.stream()
                .filter(line -> line.contains("⟨t−1⟩ = "))
                .map(line -> line.substring(0, line.indexOf('⟨')))
                .toList();
        Set<String> all = new TreeSet<>();
        for (String line : printed) {
            String[] sides = line.split(" = ", 2);
            String right = sides[1];
            for (String name : handed) {
                right = right.replace(" " + name + "⟨t⟩", " " + name + "⁺");
            }
            right = right.replace("⟨t−1⟩", "⁻").replace("⟨t⟩", "").replace("Σ_t", "Σ");
            all.add(sides[0].replaceAll("⟨.*⟩", "") + " = " + right);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Rnn", "Gru", "ResetAfterGru", "Lstm"})
    void javadocShowsWhatIsPrinted(String cell) throws IOException {
        String source =
                Files.readString(Path.of("src", "main", "java", "rewind", "nn", "recurrent", cell + "Cell.java"));
        String block = source.substring(source.indexOf("<pre>") + 5, source.indexOf("</pre>"));
        Set<String> shown = block.lines()
                .map(line -> line.replaceFirst("^ \\* ?", ""))
                .flatMap(line -> Arrays.stream(line.split(" {3,}", -1)))
                .filter(part -> part.contains(" = "))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> printed = atOneStep(printed(cell));
        assertThat(printed).containsAll(shown);
        Set<String> missing = new TreeSet<>(printed);
        missing.removeAll(shown);
        missing.remove("A = h"); // what a layer makes of its cell
        assertThat(missing).allMatch(line -> line.matches("d[UVb]\\w+ = Σ .*")); // of gates that are alike
    }

    /** The rows of a table of the guide: by hand, and derived. */
    private static List<String[]> table(String name) throws IOException {
        String guide = Files.readString(Path.of("..", "autograd", "README.md"));
        int start = guide.indexOf("| " + name + " by hand");
        return guide.substring(start, guide.indexOf("\n\n", start))
                .lines()
                .skip(2)
                .map(line -> line.substring(1).split("\\|", -1))
                .toList();
    }

    private static String bare(String cell) {
        return cell.replace("`", "").strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Rnn", "Gru", "Lstm"})
    void derivedLinesSayTheSameAsThoseByHand(String cell) throws IOException {
        List<String> printed = printed(cell);
        List<String> derived = new ArrayList<>();
        List<String> byHand = new ArrayList<>();
        for (String[] row : table(cell.toUpperCase(java.util.Locale.ROOT))) {
            derived.add(bare(row[1]));
            if (!bare(row[0]).isEmpty()) {
                byHand.add(bare(row[0]));
            }
        }
        assertThat(printed).containsAll(derived);
        assertThat(derived.size()).isLessThanOrEqualTo(byHand.size() + MORE);
        Set<String> atOneStep = atOneStep(printed);
        String shared = atOneStep.stream()
                .filter(line -> line.startsWith("w1 = "))
                .map(line -> line.substring(5))
                .findFirst()
                .orElse("");
        Map<String, Set<Set<String>>> terms = atOneStep.stream()
                .collect(Collectors.toMap(line -> line.split(" = ", 2)[0], line -> terms(line.replace("w1", shared))));
        for (String line : byHand) {
            String name = line.split(" = ", 2)[0];
            assertThat(terms(line)).as(line).isEqualTo(terms.get(name));
        }
        Set<String> others = new TreeSet<>(printed.subList(firstOfSweep(printed), printed.size()));
        others.removeAll(derived);
        assertThat(others).allMatch(line -> line.matches("d[UVb]\\w+ = Σ_t .*")); // of gates that are alike
    }

    private static int firstOfSweep(List<String> printed) {
        int first = 0;
        while (!printed.get(first).contains("dA")) {
            first++;
        }
        return first;
    }

    /** The terms of a right side, each as the set of its factors; derivatives of activations are written out. */
    private static Set<Set<String>> terms(String line) {
        String right = line.split(" = ", 2)[1]
                .replaceAll("act′\\((C|g|h|hh)_\\)", "(1 − $1²)")
                .replaceAll("act′\\((\\w+)_\\)", "$1 ⊙ (1 − $1)")
                .replaceAll("\\((\\w+·\\w+ᵀ)\\)", "$1");
        return Arrays.stream(right.replace("(dA + dh⁺)", "(dA+dh⁺)").split(" \\+ ", -1))
                .map(term -> Set.copyOf(List.of(term.split(" ⊙ ", -1))))
                .collect(Collectors.toSet());
    }

    @Test
    void tablesAreThere() throws IOException {
        assertThat(table("LSTM")).hasSize(12);
    }
}

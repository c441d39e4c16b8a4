package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import rewind.autograd.Shape;
import rewind.autograd.program.Equations;
import rewind.nn.layer.Layer;

/**
 * The page says what the text says. It is XML as well, so that no browser is needed to know it; to see it in one:
 *
 * <pre>
 * mvn -q compile exec:java -Dexec.args="equations --backward --form html --to lstm.html"
 * chromium --headless --screenshot --window-size=1500,1300 lstm.html
 * </pre>
 */
class ModelPageTest {
    private static Equations equations(String name) {
        Layer layer = switch (name) {
            case "rnn" -> Layers.rnn(3).sequences(true);
            case "gru" -> Layers.gru(3).sequences(true);
            case "gru-after" -> Layers.gru(3).resetAfter(true).sequences(true);
            case "lstm" -> Layers.lstm(3);
            default -> Sequential.of(Layers.rnn(3).sequences(true).bidirectional(), Layers.dense(2, "softmax"));
        };
        return Model.build(layer, Shape.of(5, 2), 1).equations();
    }

    private static Document page(Equations equations) throws Exception {
        String html = equations.html("A <model>");
        assertThat(html).doesNotContain("<script", "http");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> all(Element within, String tag) {
        return IntStream.range(0, within.getElementsByTagName(tag).getLength())
                .mapToObj(i -> (Element) within.getElementsByTagName(tag).item(i))
                .toList();
    }

    /** Without what is written in another way: spaces, brackets of indices, the sign for a function that is applied, exponents. */
    private static String plain(String text) {
        return text.replaceAll("[\\s\u2061\u2062{}\\[\\]]", "")
                .replace("Σ_", "∑")
                .replace("Σ", "∑")
                .replace("ᵀ", "T")
                .replace("²", "2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rnn", "gru", "gru-after", "lstm", "stacked"})
    void saysWhatTheTextSays(String name) throws Exception {
        Equations equations = equations(name);
        List<String> rows = new ArrayList<>();
        for (Element row : all(page(equations).getDocumentElement(), "tr")) {
            List<Element> cells = all(row, "td");
            if (cells.size() > 1) {
                rows.add(plain(cells.subList(0, 4).stream()
                        .map(Element::getTextContent)
                        .collect(Collectors.joining())));
            }
        }
        assertThat(rows)
                .containsExactlyElementsOf(equations
                        .text()
                        .lines()
                        .filter(line -> !line.isBlank())
                        .map(ModelPageTest::plain)
                        .toList());
    }

    @Test
    void termsTellShapeCostAndLine() throws Exception {
        Element page = page(equations("lstm")).getDocumentElement();
        assertThat(all(page, "title").get(0).getTextContent()).isEqualTo("A <model>");
        List<String> titles = all(page, "span").stream()
                .map(span -> span.getAttribute("title").replace('\n', ' '))
                .toList();
        assertThat(titles).allMatch(title -> title.matches("\\[[\\d, ]*], \\d+ flops.*"));
        assertThat(titles)
                .as("f ⊙ C_ and dx")
                .anyMatch(title -> title.matches("\\[2, 3], 6 flops .*LstmCell.*java:\\d+.*"))
                .anyMatch(title -> title.matches("\\[2, 2], 24 flops .*rewind.*java:\\d+.*"));
    }

    @Test
    void valuesAndAdjointsAreLinked() throws Exception {
        Element page = page(equations("lstm")).getDocumentElement();
        List<String> ids = all(page, "tr").stream()
                .map(row -> row.getAttribute("id"))
                .filter(id -> !id.isEmpty())
                .toList();
        assertThat(ids).doesNotHaveDuplicates().contains("f_", "df_");
        List<Element> links = all(page, "a");
        assertThat(links).hasSizeGreaterThan(8).allSatisfy(link -> {
            assertThat(ids).contains(link.getAttribute("href").substring(1));
            Element row = (Element) link.getParentNode().getParentNode();
            String to = link.getAttribute("href").substring(1);
            String from = row.getAttribute("id");
            assertThat(link.getTextContent().equals("adjoint") ? "d" + from : "d" + to)
                    .isEqualTo(link.getTextContent().equals("adjoint") ? to : from);
        });
    }
}

package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.program.Cost;
import rewind.autograd.program.Program;

/** Models drawn and counted: layers and steps are those of the model. */
class ModelPictureTest {
    private static final Program STACKED = Sequential.of(
                    gru(4).sequences(true).bidirectional(), gru(5).bidirectional(), dense(2, "softmax"))
            .build(Shape.of(20, 3), 1)
            .program(2);

    private static List<String> texts(Program program, String tag) throws XMLStreamException {
        XMLStreamReader svg = XMLInputFactory.newInstance()
                .createXMLStreamReader(new StringReader(program.picture().svg()));
        List<String> texts = new ArrayList<>();
        while (svg.hasNext()) {
            if (svg.next() == XMLStreamConstants.START_ELEMENT
                    && svg.getLocalName().equals(tag)) {
                texts.add(svg.getElementText());
            }
        }
        return texts;
    }

    @Test
    void anLstm() throws XMLStreamException {
        Program program =
                Sequential.of(lstm(4).sequences(true)).build(Shape.of(20, 3), 1).program(2);
        assertThat(program.picture()).hasToString("Drawing of 21 operations");
        assertThat(texts(program, "text"))
                .contains(
                        "lstm",
                        "t = 1 … 20",
                        "f_",
                        "f",
                        "i",
                        "g",
                        "o",
                        "C_",
                        "C",
                        "h",
                        "h⟨t−1⟩",
                        "C_⟨t−1⟩",
                        "U",
                        "V",
                        "b");
        assertThat(texts(program, "title"))
                .anySatisfy(title -> assertThat(title)
                        .matches("(?s)C = tanh \\[2, 4\\]\nt = 1 … 20\n160 flops\nrewind.*java:\\d+.*"));
    }

    @Test
    void layersInEachOther() throws XMLStreamException {
        assertThat(texts(STACKED, "text"))
                .contains(
                        "gru", "gru/forward", "gru/backward", "gru2", "gru2/forward", "dense", "softmax [1]", "h⟨t+1⟩")
                .doesNotContain("backward");
        assertThat(texts(STACKED.adjoint(), "text")).contains("forward", "backward", "gru/forward", "dense");
    }

    @Test
    void costsOfLayersAndSteps() {
        Cost cost = STACKED.cost();
        Map<String, Cost.Amount> layers = cost.byLayer();
        assertThat(layers)
                .containsOnlyKeys(
                        "gru", "gru/forward", "gru/backward", "gru2", "gru2/forward", "gru2/backward", "dense");
        assertThat(layers.get("gru/forward").flops())
                .isEqualTo(layers.get("gru/backward").flops());
        assertThat(layers.get("dense").flops()).isEqualTo(2 * 2 * 10 * 2 + 2 * 2 + 2 * 2);
        assertThat(cost.byStep().keySet()).hasSize(80).contains("gru/forward⟨1⟩", "gru2/backward⟨20⟩");
        assertThat(layers.values().stream().mapToLong(Cost.Amount::flops).sum()).isEqualTo(cost.flops());
        assertThat(layers.values().stream().mapToLong(Cost.Amount::bytesKept).sum())
                .isEqualTo(cost.bytesKept())
                .isPositive();
        assertThat(cost.toString())
                .contains("gru/forward⟨1 … 19⟩ each", "gru/backward⟨20 … 2⟩ each", "gru/backward⟨1⟩ ");
    }
}

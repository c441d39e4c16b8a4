package rewind.autograd.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;

class DrawingTest {
    private static final Tensor X = Tensor.randn(new Well19937c(1), 3, 4);
    private static final Tensor U = Tensor.randn(new Well19937c(2), 4, 4);

    private static Program loss() {
        return Program.of(
                        in -> {
                            Tensor h = in.get(0).matmul(in.get(1)).tanh().named("h <&> \"\u0001");
                            return h.matmul(in.get(1)).add(h).square().mean();
                        },
                        X,
                        U)
                .inputs("x", "U")
                .results("loss");
    }

    /** Steps of a loop whose last one does something else. */
    private static Program loop(int steps) {
        return Program.of(
                        in -> {
                            Tensor h = in.get(0).inLayer("cells/one");
                            for (int step = 0; step < steps; step++) {
                                h.atStep("loop", step);
                                h = h.matmul(in.get(1)).tanh().named("h");
                            }
                            h.atStep("loop", steps);
                            h = h.add(1).named("h");
                            return h.atStep("loop", -1).inLayer("").sum();
                        },
                        X,
                        U)
                .inputs("x", "U");
    }

    private static Document parsed(String svg) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        } catch (Exception e) {
            throw new AssertionError(svg, e);
        }
    }

    private static List<Element> all(Document document, String tag) {
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < document.getElementsByTagName(tag).getLength(); i++) {
            found.add((Element) document.getElementsByTagName(tag).item(i));
        }
        return found;
    }

    private static List<String> texts(Program program) {
        return all(parsed(program.picture().svg()), "text").stream()
                .map(Element::getTextContent)
                .toList();
    }

    @Test
    void everyOperationIsThere() {
        Program program = loss();
        assertThat(program.picture()).hasToString("Drawing of 7 operations");
        assertThat(texts(program))
                .contains(
                        "x", "U", "loss", "h <&> \"?", "tanh", "add", "square", "sum [0, 1]", "div 12", "[3, 4]", "[]")
                .filteredOn(text -> text.equals("matmul"))
                .hasSize(2);
        assertThat(all(parsed(program.picture().svg()), "title"))
                .extracting(Element::getTextContent)
                .anySatisfy(title -> assertThat(title).startsWith("h <&> \"? = tanh [3, 4]\n12 flops\n"));
    }

    @Test
    void equalStepsAreDrawnOnce() {
        assertThat(loop(20).picture()).hasToString("Drawing of 4 operations");
        assertThat(texts(loop(20)))
                .contains("loop", "t = 1 … 20", "t = 21", "h⟨t−1⟩")
                .doesNotContain("backward");
        assertThat(texts(loop(20).adjoint())).contains("forward", "backward", "t = 21", "h⟨t−1⟩", "dU", "dy");
    }

    /** Neither boxes nor texts lie on each other, and all are within the picture. */
    @Property(tries = 20)
    void nothingOverlaps(@ForAll @IntRange(min = 1, max = 4) int steps, @ForAll @IntRange(max = 3) int which) {
        Program program = which % 2 == 0 ? loop(steps) : loss();
        Document svg =
                parsed((which < 2 ? program : program.adjoint()).picture().svg());
        Element whole = svg.getDocumentElement();
        Rectangle2D picture = new Rectangle2D.Double(0, 0, number(whole, "width"), number(whole, "height"));
        List<Rectangle2D> boxes = all(svg, "g").stream()
                .map(group ->
                        rectangle((Element) group.getElementsByTagName("rect").item(0)))
                .toList();
        List<Rectangle2D> texts = all(svg, "text").stream()
                .map(text -> (Rectangle2D) new Rectangle2D.Double(
                        number(text, "x"),
                        number(text, "y") - 0.7 * number(text, "font-size"),
                        number(text, "textLength"),
                        0.7 * number(text, "font-size")))
                .toList();
        for (List<Rectangle2D> some : List.of(boxes, texts)) {
            for (int i = 0; i < some.size(); i++) {
                Rectangle2D one = some.get(i);
                assertThat(picture.contains(one)).as("%s in %s", one, picture).isTrue();
                assertThat(IntStream.range(0, i)).noneMatch(j -> some.get(j).intersects(one));
            }
        }
    }

    private static Rectangle2D rectangle(Element rect) {
        return new Rectangle2D.Double(
                number(rect, "x"), number(rect, "y"), number(rect, "width"), number(rect, "height"));
    }

    private static double number(Element of, String attribute) {
        return Double.parseDouble(of.getAttribute(attribute));
    }

    @Test
    void theSameEverywhere() {
        Locale before = Locale.getDefault();
        String svg = loss().adjoint().picture().svg();
        try {
            for (String tag : List.of("ar-EG-u-nu-arab", "tr", "de")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertThat(loss().adjoint().picture().svg()).isEqualTo(svg);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aPictureOfDots() throws IOException {
        Drawing drawing = loss().picture();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(drawing.png()));
        Element svg = parsed(drawing.svg()).getDocumentElement();
        assertThat((double) image.getWidth()).isBetween(2 * number(svg, "width") - 1, 2 * number(svg, "width") + 2);
        long dark = IntStream.range(0, image.getWidth() * image.getHeight())
                .filter(i -> (image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xFF) < 0x80)
                .count();
        assertThat(dark).as("text and lines").isGreaterThan(1000);
    }

    @Test
    void constantsAndResultsThatAreInputs() {
        Tensor outside = Tensor.of(1.0, 2, 3, 4);
        assertThat(texts(Program.ofSeveral(
                        in -> List.of(in.get(0).mul(outside).mul(2.5), in.get(0), Tensor.of(7.0)), X)))
                .contains("constant", "[4]", "mul 2.5", "y1", "y2", "y3");
    }
}

package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.format.FormatException;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.FileReader;
import rewind.onnx.proto.FileWriter;
import rewind.onnx.proto.FunctionBody;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.Node;
import rewind.onnx.proto.OnnxFile;

/** What cannot be taken is said, with the reason. */
class DamagedFilesTest {
    private static Graphs graph() {
        return new Graphs().input("x", ElementType.FLOAT, 2).output("y", ElementType.FLOAT);
    }

    private static void refused(byte[] bytes, String... parts) {
        ThrowingCallable reading = () -> assertThat(Onnx.read(bytes)).isNull();
        assertThatThrownBy(reading).isInstanceOf(FormatException.class).hasMessageContainingAll(parts);
    }

    @Test
    void allUnknownOperatorsAreNamed() {
        Graphs graph = graph().node("Mystery", "x", "a").node("Relu", "a", "b").node("Riddle", "b", "y");
        refused(graph.bytes(), "operators that are not known", "Mystery 'a'", "Riddle 'y'");
    }

    @Test
    void quantisedNetworksAreRefused() {
        Graphs graph = graph().node("DequantizeLinear", "x x", "a").node("QLinearMatMul", "a", "y");
        refused(graph.bytes(), "quantised", "DequantizeLinear 'a'", "QLinearMatMul 'y'");
    }

    @Test
    void oldOperatorsAreRefused() {
        refused(graph().opset(6).node("Relu", "x", "y").bytes(), "version 7", "got version 6", "convert");
    }

    @Test
    void circlesAreNamed() {
        Graphs graph = graph().node("Add", "x b", "a").node("Relu", "a", "b").node("Relu", "x", "y");
        refused(graph.bytes(), "in a circle", "Add 'a'", "Relu 'b'");
    }

    @Test
    void functionsThatCallEachOtherInACircleAreRefused() {
        List<FunctionBody> functions = new ArrayList<>();
        for (String[] pair : new String[][] {{"F", "G"}, {"G", "F"}}) {
            Node call = new Node(pair[1], "own", "", List.of("x"), List.of("y"), Map.of());
            functions.add(new FunctionBody(
                    pair[0], "own", List.of("x"), List.of("y"), List.of(call), Map.of(), Map.of("own", 1L)));
        }
        OnnxFile file = graph().node("Relu", "x", "y").file();
        OnnxFile with = new OnnxFile(8, "test", Map.of("", 17L, "own", 1L), file.graph(), Map.of(), functions);
        refused(FileWriter.bytes(with), "circle", "own.F");
    }

    @Test
    void nodesMayStandInAnyOrder() {
        OnnxGraph graph = graph().node("Neg", "a", "y").node("Relu", "x", "a").read();
        Tensor x = Tensor.of(new float[] {-1, 2});
        assertThat(graph.run(Map.of("x", x)).get("y").toArray()).containsExactly(-0.0, -2);
    }

    @Test
    void missingAndRepeatedValuesAreNamed() {
        refused(graph().node("Add", "x z", "y").bytes(), "Add 'y' gets the value 'z'");
        refused(graph().node("Relu", "x", "a").bytes(), "output 'y'");
        refused(graph().node("Relu", "x", "y").node("Neg", "x", "y").bytes(), "Neg 'y' gives the value 'y'");
    }

    @Test
    void deepGraphsAreRefused() {
        Graph inner = new Graph("inner", List.of(), Map.of(), List.of(), List.of());
        for (int i = 0; i < 200; i++) {
            Node node = new Node("If", "", "", List.of("c"), List.of("y"), Map.of("then_branch", Attribute.of(inner)));
            inner = new Graph("g" + i, List.of(node), Map.of(), List.of(), List.of());
        }
        refused(FileWriter.bytes(graph().file().with(inner)), "deep");
    }

    private interface Content {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Content content) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            content.write(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A file whose only tensor is written by hand. */
    private static byte[] with(Content tensor) {
        byte[] opset = message(out -> out.writeInt64(2, 17));
        byte[] graph = message(out -> out.writeByteArray(5, message(tensor)));
        return message(out -> {
            out.writeInt64(1, 8);
            out.writeByteArray(7, graph);
            out.writeByteArray(8, opset);
        });
    }

    @Test
    void absurdSizesAreRefusedBeforeAnythingIsTakenForThem() {
        refused(
                with(out -> {
                    out.writeInt64(1, 1L << 30);
                    out.writeInt64(1, 1L << 30);
                    out.writeInt32(2, 1);
                    out.writeString(8, "w");
                    out.writeByteArray(9, new byte[8]);
                }),
                "tensor 'w'",
                "got 8 bytes");
        refused(
                with(out -> {
                    out.writeInt64(1, -3);
                    out.writeInt32(2, 1);
                }),
                "sizes from 0");
        refused(new byte[] {58, -1, -1, -1, -1, 7, 1, 2}, "damaged");
        refused(new byte[0], "there must be a graph");
    }

    @Test
    void externalDataAreRefused() {
        refused(
                with(out -> {
                    out.writeInt64(1, 2);
                    out.writeInt32(2, 1);
                    out.writeString(8, "w");
                    out.writeInt32(14, 1);
                }),
                "tensor 'w'",
                "external data",
                "one file");
    }

    @Test
    void sizesThatDoNotFitIntoTheHeapAreRefused() {
        OnnxGraph graph = graph().tensor("sizes", ElementType.INT64, Tensor.of(1e6, 1e6))
                .node("ConstantOfShape", "sizes", "y")
                .read();
        assertThatThrownBy(() -> graph.run(Map.of("x", Tensor.ones(2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ConstantOfShape 'y'")
                .hasMessageContaining("does not fit into the heap");
    }

    @Test
    void elementsAreReadFromBytesAndFromLists() throws IOException {
        byte[] packed = message(out -> {
            out.writeFloatNoTag(1.5f);
            out.writeFloatNoTag(-2);
        });
        assertThat(tensor(1, out -> out.writeByteArray(4, packed))).containsExactly(1.5, -2);
        assertThat(tensor(1, out -> {
                    out.writeFloat(4, 1.5f);
                    out.writeFloat(4, -2);
                }))
                .containsExactly(1.5, -2);
        assertThat(tensor(
                        10,
                        out -> { // half precision in a list of whole numbers
                            out.writeInt32(5, 0x3e00);
                            out.writeInt32(5, 0xc000);
                        }))
                .containsExactly(1.5, -2);
        assertThat(tensor(10, out -> out.writeByteArray(9, new byte[] {0, 0x3e, 1, 0})))
                .containsExactly(1.5, 0x1p-24);
        assertThat(tensor(16, out -> out.writeByteArray(9, new byte[] {(byte) 0xc0, 0x3f, 0, (byte) 0xc0})))
                .containsExactly(1.5, -2);
        assertThat(tensor(13, out -> {
                    out.writeUInt64(11, -1L);
                    out.writeUInt64(11, 3);
                }))
                .containsExactly(0x1p64, 3);
        assertThat(tensor(3, out -> out.writeByteArray(9, new byte[] {-1, 5}))).containsExactly(-1, 5);
    }

    private static double[] tensor(int type, Content values) throws IOException {
        NamedTensor tensor = FileReader.tensor(message(out -> {
            out.writeInt64(1, 2);
            out.writeInt32(2, type);
            values.write(out);
        }));
        assertThat(tensor.value().shape()).isEqualTo(Shape.of(2));
        return tensor.value().toArray();
    }

    @Test
    void everyTypeIsWrittenAndReadAgain() throws IOException {
        for (ElementType type : ElementType.values()) {
            double low = type.isSigned() || type.isReal() ? -3 : 0;
            Tensor value = Tensor.of(low, 1, type.isReal() ? 0.5 : 1).to(type.dtype());
            Graphs graph = graph().tensor("w", type, value).node("Relu", "x", "y");
            NamedTensor same =
                    FileReader.file(graph.bytes()).graph().initializers().get("w");
            assertThat(same.type()).isEqualTo(type);
            assertThat(same.value().toArray()).containsExactly(value.toArray());
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Onnx.read(Path.of("nowhere.onnx")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere.onnx");
    }
}

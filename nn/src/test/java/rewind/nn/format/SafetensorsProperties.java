package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import rewind.autograd.DType;
import rewind.nn.fixture.Json;

/** What is written comes back as it was: by this library, and by a reader and a writer of the tests that know the description alone. */
class SafetensorsProperties {
    @Property(tries = 300)
    void writtenAndReadAgainItIsTheSame(@ForAll("files") Safetensors file) throws IOException {
        assertSame(Safetensors.read(file.toBytes()), file);
    }

    private static void assertSame(Safetensors actual, Safetensors expected) {
        assertThat(Bits.of(actual.tensors())).isEqualTo(Bits.of(expected.tensors()));
        assertThat(List.copyOf(actual.metadata().entrySet()))
                .isEqualTo(List.copyOf(expected.metadata().entrySet()));
    }

    @Property(tries = 20)
    void alsoThroughAFile(@ForAll("files") Safetensors file) throws IOException {
        Path path = Files.createTempFile("rewind", ".safetensors");
        try {
            file.write(path);
            assertSame(Safetensors.read(path), file);
        } finally {
            Files.delete(path);
        }
    }

    @Property(tries = 300)
    void anIndependentReaderUnderstandsIt(@ForAll("files") Safetensors file) {
        assertThat(SafetensorsBySpecification.read(file.toBytes()))
                .isEqualTo(file.metadata() + "\n" + Bits.of(file.tensors()));
    }

    @Property(tries = 300)
    void anIndependentWriterIsUnderstood(@ForAll("files") Safetensors file, @ForAll Random chance) throws IOException {
        assertSame(Safetensors.read(SafetensorsBySpecification.write(file, chance)), file);
    }

    @Property(tries = 300)
    void everyTensorIsAligned(@ForAll("files") Safetensors file) {
        byte[] bytes = file.toBytes();
        long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(header % 8).isZero();
        Map<String, Object> entries =
                Json.object(Json.parse(new String(bytes, 8, (int) header, StandardCharsets.UTF_8)));
        file.tensors()
                .forEach((name, tensor) -> assertThat(
                                Json.ints(Json.object(entries.get(name)).get("data_offsets"))[0]
                                        % (tensor.dtype() == DType.FLOAT64 ? 8 : 4))
                        .as(name)
                        .isZero());
    }

    @Provide
    static Arbitrary<Safetensors> files() {
        Arbitrary<String> names = names();
        Arbitrary<Map<String, String>> metadata =
                Arbitraries.maps(names, names).ofMaxSize(3).map(LinkedHashMap::new);
        return Arbitraries.maps(names, Bits.tensors())
                .ofMaxSize(5)
                .flatMap(tensors -> metadata.map(texts -> Safetensors.of(tensors, texts)));
    }

    /** Any Unicode, quotes, control characters and emoji included. */
    static Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.of("lstm/Uf", "", "shape", "dtype", "__metadata", "a\"b\\c\n\u0000", "𝄞é\u2028"),
                Arbitraries.integers()
                        .between(0, 0x10ffff)
                        .filter(c -> c < 0xd800 || c > 0xdfff)
                        .array(int[].class)
                        .ofMaxSize(6)
                        .map(codes -> new String(codes, 0, codes.length)));
    }
}

package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written comes back as it was: by this library, and by a reader and a writer of the tests that know the description alone. */
class SafetensorsProperties {
    @Property
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

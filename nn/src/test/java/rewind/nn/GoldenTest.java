package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * This library against values recorded from EpyNN, ML-From-Scratch and PyTorch: every case of every file among the resources, and of the
 * folder that the system property {@code golden.dir} names, is a test of its own. A kind of file that is not known fails.
 */
class GoldenTest {
    @TestFactory
    Stream<DynamicContainer> recordedValues() {
        return RecordedFile.all().stream()
                .map(file -> dynamicContainer(file.path().getFileName().toString(), file.path().toUri(), tests(file)));
    }

    @Test
    void everyKindIsThere() {
        assertThat(RecordedFile.all().stream().map(RecordedFile::format))
                .contains(
                        "epynn-golden-1",
                        "epynn-golden-functions-1",
                        "epynn-golden-training-1",
                        "mlfs-golden-1",
                        "pytorch-recurrent-1");
    }

    @Test
    void unknownKindsAndEmptyFoldersFail(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> RecordedFile.in(folder)).hasMessageContaining("there must be recorded values in");

        Files.writeString(folder.resolve("README.md"), "no values");
        Files.writeString(folder.resolve("other.json"), "{\"format\": \"other-1\", \"cases\": []}");
        List<RecordedFile> files = RecordedFile.in(folder);

        assertThat(files).hasSize(1);
        assertThatThrownBy(() -> tests(files.get(0))).hasMessageContaining("other-1").hasMessageContaining("other.json");
    }

    @Test
    void fieldsThatNobodyReadsFail() {
        assertThatThrownBy(() -> RecordedFile.requireOnly(Map.of("name", "x", "peephole", 1.0), java.util.Set.of("name")))
                .hasMessageContaining("peephole");
    }

    private static Stream<? extends DynamicNode> tests(RecordedFile file) {
        return switch (file.format()) {
            case "epynn-golden-1" -> RecordedEpynn.tests(file.content());
            case "epynn-golden-functions-1" -> RecordedFunctions.tests(file.content());
            case "epynn-golden-training-1" -> RecordedTraining.tests(file.content());
            case "mlfs-golden-1" -> RecordedTruncation.tests(file.content());
            case "pytorch-recurrent-1" -> RecordedPytorch.tests(file.content());
            default -> throw new AssertionError(
                    "the kind of the recorded values must be known, got " + file.format() + " in " + file.path());
        };
    }
}

package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import rewind.nn.recorded.RecordedEpynn;
import rewind.nn.recorded.RecordedFile;
import rewind.nn.recorded.RecordedFunctions;
import rewind.nn.recorded.RecordedPytorch;
import rewind.nn.recorded.RecordedTraining;
import rewind.nn.recorded.RecordedTruncation;

/**
 * This library against values recorded from EpyNN, ML-From-Scratch and PyTorch: every case of every file among the resources, and of the
 * folder that the system property {@code golden.dir} names, is a test of its own. A kind of file that is not known fails.
 */
public class GoldenTest {
    private static List<RecordedFile> files;

    @BeforeAll
    static void read() {
        files = RecordedFile.all();
    }

    @AfterAll
    static void forget() {
        files = null;
    }

    @TestFactory
    Stream<DynamicContainer> recordedValues() {
        return files.stream()
                .map(file -> dynamicContainer(
                        file.path().getFileName().toString(), file.path().toUri(), tests(file)));
    }

    @Test
    void everyKindIsThere() {
        assertThat(files)
                .map(RecordedFile::format)
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
        List<RecordedFile> found = RecordedFile.in(folder);

        assertThat(found).hasSize(1);
        DynamicTest only = (DynamicTest) tests(found.get(0)).findFirst().orElseThrow();
        assertThatThrownBy(() -> only.getExecutable().execute())
                .hasMessageContaining("other-1")
                .hasMessageContaining("other.json");
    }

    @Test
    void fieldsThatNobodyReadsFail() {
        assertThatThrownBy(() -> RecordedFile.requireOnly(Map.of("name", "x", "peephole", 1.0), Set.of("name")))
                .hasMessageContaining("peephole");
    }

    static Stream<? extends DynamicNode> tests(RecordedFile file) {
        return switch (file.format()) {
            case "epynn-golden-1" -> RecordedEpynn.tests(file.content());
            case "epynn-golden-functions-1" -> RecordedFunctions.tests(file.content());
            case "epynn-golden-training-1" -> RecordedTraining.tests(file.content());
            case "mlfs-golden-1" -> RecordedTruncation.tests(file.content());
            case "pytorch-recurrent-1" -> RecordedPytorch.tests(file.content());
            default -> unknown("format " + file.format() + " in " + file.path());
        };
    }

    /** A test that fails: nobody compares these values. */
    public static Stream<DynamicTest> unknown(String what) {
        return Stream.of(dynamicTest("known", () -> fail("no test knows the recorded values of %s", what)));
    }
}

package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are there whole or not at all, and alone. */
class WholeFileTest {
    @TempDir
    Path directory;

    private static WholeFile.Content text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void isWrittenAndReplaced() throws IOException {
        Path file = directory.resolve("a.txt");
        WholeFile.write(file, text("one"));
        assertThat(file).hasContent("one");
        WholeFile.write(file, text("two"));
        assertThat(file).hasContent("two");
        assertThat(directory).isDirectoryContaining(file::equals);
        assertThat(directory.toFile().list()).containsExactly("a.txt");
    }

    @Test
    void theOldContentIsThereUntilTheNewIsWhole() throws IOException {
        Path file = directory.resolve("a.txt");
        WholeFile.write(file, text("old"));
        WholeFile.write(file, out -> {
            out.write(new byte[1 << 20]);
            out.flush();
            assertThat(file).hasContent("old");
            assertThat(directory.toFile().list()).hasSize(2);
        });
        assertThat(file).hasSize(1 << 20);
    }

    @Test
    void theContentMayCloseItsStream() throws IOException {
        Path file = directory.resolve("a.txt");
        WholeFile.write(file, out -> {
            try (Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8)) {
                writer.write("closed");
            }
        });
        assertThat(file).hasContent("closed");
    }

    @Test
    void afterAFailureEverythingIsAsBefore() throws IOException {
        Path file = directory.resolve("a.txt");
        for (Throwable failure : new Throwable[] {new IOException("full"), new IllegalStateException("no")}) {
            assertThatThrownBy(() -> WholeFile.write(file, failing(failure))).isSameAs(failure);
            assertThat(directory).isEmptyDirectory();
        }
        WholeFile.write(file, text("old"));
        assertThatThrownBy(() -> WholeFile.write(file, failing(new IOException("full"))))
                .hasMessage("full");
        assertThat(file).hasContent("old");
        assertThat(directory.toFile().list()).containsExactly("a.txt");
    }

    private static WholeFile.Content failing(Throwable failure) {
        return out -> {
            out.write(new byte[1 << 20]);
            if (failure instanceof IOException e) {
                throw e;
            }
            throw (RuntimeException) failure;
        };
    }

    @Test
    void aLinkIsFollowed() throws IOException {
        Path file = directory.resolve("a.txt");
        Files.writeString(file, "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        WholeFile.write(link, text("new"));
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
    }

    @Test
    void whatIsNoFileStays() throws IOException {
        Path file = Files.createDirectory(directory.resolve("a"));
        assertThatThrownBy(() -> WholeFile.write(file, text("")))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage(file + ": is no regular file and cannot be replaced");
        assertThat(file).isEmptyDirectory();
    }

    @Test
    void theDirectoryMustBeThere() {
        Path file = directory.resolve("none/a");
        assertThatThrownBy(() -> WholeFile.write(file, text("")))
                .isExactlyInstanceOf(NoSuchFileException.class)
                .hasMessage(file + ": there is no folder " + file.getParent());
    }
}

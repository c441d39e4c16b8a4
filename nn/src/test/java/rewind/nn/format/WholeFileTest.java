package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"absolute", "relative", "chain", "other"})
    void aLinkToNoFileYetIsFollowed(String kind) throws IOException {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Path file = folder.resolve("a.txt");
        Path link = directory.resolve("link");
        switch (kind) {
            case "absolute" -> Files.createSymbolicLink(link, file);
            case "relative" -> Files.createSymbolicLink(link, Path.of("folder", "a.txt"));
            case "chain" -> {
                Files.createSymbolicLink(folder.resolve("second"), Path.of("a.txt"));
                Files.createSymbolicLink(link, Path.of("folder", "second"));
            }
            default -> {
                // the parent of a link to a folder is that of the folder, not that of the link
                Path deep = Files.createDirectories(folder.resolve("deep/deeper"));
                Files.createSymbolicLink(directory.resolve("to"), deep);
                Files.createSymbolicLink(link, Path.of("to", "..", "..", "a.txt"));
            }
        }
        WholeFile.write(link, text("new"));
        assertThat(link).isSymbolicLink();
        assertThat(file).isRegularFile().hasContent("new");
        WholeFile.write(link, text("newer"));
        assertThat(link).isSymbolicLink();
        assertThat(file).isRegularFile().hasContent("newer");
    }

    @Test
    void linksThatLeadNowhere() throws IOException {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        Files.createSymbolicLink(one, two);
        Files.createSymbolicLink(two, one);
        assertThatThrownBy(() -> WholeFile.write(one, text("")))
                .isExactlyInstanceOf(FileSystemLoopException.class)
                .hasMessage(one + ": cannot be written, as its links lead in a circle");
        Path away = Files.createSymbolicLink(directory.resolve("away"), directory.resolve("none/a"));
        assertThatThrownBy(() -> WholeFile.write(away, text("")))
                .isExactlyInstanceOf(NoSuchFileException.class)
                .hasMessage(away + ": there is no folder " + directory.resolve("none"));
        Path folder = Files.createSymbolicLink(directory.resolve("folder"), directory);
        assertThatThrownBy(() -> WholeFile.write(folder, text("")))
                .hasMessage(folder + ": is no regular file and cannot be replaced");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("one", "two", "away", "folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-r-----", "rw-rw-rw-", "rwxr-x--x"})
    void whatReplacesAFileHasItsPermissions(String permissions) throws IOException {
        Assumptions.assumeTrue(Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class));
        Path file = directory.resolve("a.txt");
        WholeFile.write(file, text("old"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
        WholeFile.write(file, out -> {
            // nor may anybody else read it meanwhile
            for (Path each : Files.newDirectoryStream(directory)) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                        .isEqualTo(permissions);
            }
            out.write('n');
        });
        PosixFileAttributes after = Files.readAttributes(file, PosixFileAttributes.class);
        assertThat(file).hasContent("n");
        assertThat(after.permissions()).isEqualTo(before.permissions());
        assertThat(after.owner()).isEqualTo(before.owner());
        assertThat(after.group()).isEqualTo(before.group());
    }

    /** Where this process may give files away, as root may. */
    @Test
    void whatReplacesAFileHasItsOwners() throws IOException {
        Assumptions.assumeTrue(Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class));
        Path file = Files.writeString(directory.resolve("a.txt"), "old");
        UserPrincipalLookupService all = file.getFileSystem().getUserPrincipalLookupService();
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        try {
            view.setGroup(all.lookupPrincipalByGroupName("daemon"));
            view.setOwner(all.lookupPrincipalByName("nobody"));
        } catch (IOException e) {
            Assumptions.abort("it may not");
        }
        WholeFile.write(file, text("new"));
        assertThat(file).hasContent("new");
        assertThat(view.readAttributes().owner().getName()).isEqualTo("nobody");
        assertThat(view.readAttributes().group().getName()).isEqualTo("daemon");
    }

    /** A file with everybody's permissions is made as files are made. */
    @Test
    void aNewFileHasThePermissionsOfNewFiles() throws IOException {
        Assumptions.assumeTrue(Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class));
        Path plain = Files.writeString(directory.resolve("plain"), "");
        Path file = directory.resolve("a.txt");
        WholeFile.write(file, text(""));
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(plain));
    }

    /** Up to the longest name that the system allows, of one byte or several to a letter. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "字", "😀", " ", "%"})
    void everyLengthOfAName(String letter) throws IOException {
        int bytes = letter.getBytes(StandardCharsets.UTF_8).length;
        boolean encoded = Charset.forName(System.getProperty("sun.jnu.encoding"))
                .newEncoder()
                .canEncode(letter);
        for (int length = 1; length * bytes <= 251 && encoded; length += length < 50 ? 13 : 1) {
            Path file = directory.resolve(letter.repeat(length) + ".bin");
            WholeFile.write(file, text("new"));
            assertThat(file).hasContent("new");
            Files.delete(file);
        }
        assertThat(directory).isEmptyDirectory();
    }

    // ---- names and links that are no usual ones ----

    @Test
    void aNameThatIsTooLongIsNamed() {
        Path file = directory.resolve("x".repeat(256));
        assertThatThrownBy(() -> WholeFile.write(file, out -> out.write(1)))
                .isInstanceOf(java.nio.file.FileSystemException.class)
                .hasMessageStartingWith(file + ": cannot be written: ")
                .message()
                .doesNotContain(".tmp");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFolderIsMadeWhereALinkLeads() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("real", "folder"));
        for (int i = 0; i < 2; i++) {
            WholeFile.makeFolder(link);
            assertThat(link).isSymbolicLink();
            assertThat(directory.resolve("real/folder")).isDirectory();
        }
        Path round = Files.createSymbolicLink(directory.resolve("round"), Path.of("round"));
        assertThatThrownBy(() -> WholeFile.makeFolder(round)).isInstanceOf(java.nio.file.FileSystemLoopException.class);
    }

    @Test
    void nothingIsRead() {
        assertThatThrownBy(() -> Npy.read((byte[]) null)).hasMessage("npy: there must be bytes, got null");
        assertThatThrownBy(() -> Safetensors.read((byte[]) null))
                .hasMessage("safetensors: there must be bytes, got null");
        String none = ": there must be a stream, got null, as of a resource that is not there";
        assertThatThrownBy(() -> Npz.read((java.io.InputStream) null)).hasMessage("npz" + none);
        assertThatThrownBy(() -> Npy.read((java.io.InputStream) null)).hasMessage("npy" + none);
        assertThatThrownBy(() -> Safetensors.read((java.io.InputStream) null)).hasMessage("safetensors" + none);
    }
}

package rewind.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads texts. */
final class TextFiles {
    private TextFiles() {}

    /**
     * Returns the sources of this project, if the program was started in its top directory or one below.
     *
     * @throws InputException if it was not
     */
    static Path sources() {
        return Stream.of(Path.of("."), Path.of(".."))
                .filter(folder -> Files.isDirectory(folder.resolve("autograd/src/main/java")))
                .findFirst()
                .orElseThrow(() -> new InputException(
                        "the sources of the project are not here; start in its directory, or name a text with --text"));
    }

    /**
     * Returns a file, or all files of a folder whose names end so, one after the other in an order drawn from the seed: then the end of
     * the text is like its beginning.
     *
     * @throws InputException if there is none, or it is no text in UTF-8
     */
    static String read(Path path, String ending, long seed) {
        try {
            if (!Files.isDirectory(path)) {
                return Files.readString(path);
            }
            StringBuilder text = new StringBuilder();
            for (Path file : files(path, ending, seed)) {
                text.append(Files.readString(file));
            }
            return text.toString();
        } catch (NoSuchFileException e) {
            throw new InputException("%s: no such file", path);
        } catch (MalformedInputException e) {
            throw new InputException("%s: not a text in UTF-8", path);
        } catch (IOException | UncheckedIOException e) {
            throw new InputException("%s: %s", path, e.getMessage());
        }
    }

    private static List<Path> files(Path folder, String ending, long seed) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.filter(file -> file.toString().endsWith(ending))
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("target"))
                    .sorted()
                    .collect(Collectors.toList());
            InputException.unless(!files.isEmpty(), "%s: there is no file *%s", folder, ending);
            Collections.shuffle(files, new Random(seed));
            return files;
        }
    }
}

package rewind.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;
import rewind.nn.data.Csv;

/** The options of programs that read a table. */
final class CsvOptions {
    @Option(names = "--data", paramLabel = "<file>", description = "CSV file (default: the data described above)")
    private Path file;

    @Option(
            names = "--delimiter",
            paramLabel = "<c>",
            description =
                    "what separates the cells of the file, one character or: tab (default: a comma, or what the program finds)")
    private String delimiter;

    @Option(
            names = "--no-header",
            description = "the first line of the file does not name the columns; they are called 0, 1, 2 and so on")
    private boolean withoutHeader;

    /**
     * Returns the table that was chosen, if one was.
     *
     * @throws InputException if the delimiter is none
     */
    Optional<Csv> csv() {
        char character = delimiter().orElse(',');
        return Optional.ofNullable(file)
                .map(path -> Csv.of(path).delimiter(character).header(!withoutHeader));
    }

    /**
     * Returns the table that was chosen as texts, or else a built-in one.
     *
     * @throws InputException if the delimiter is none, or the file cannot be read
     */
    TextTable texts(URL otherwise) {
        Optional<Character> character = delimiter();
        String source = file != null ? file.toString() : otherwise.toString();
        try (InputStream in = file != null ? Files.newInputStream(file) : otherwise.openStream()) {
            return TextTable.read(source, in.readAllBytes(), character.orElse(null), !withoutHeader);
        } catch (NoSuchFileException e) {
            throw new InputException("%s: no such file", source);
        } catch (AccessDeniedException e) {
            throw new InputException("%s: permission denied", source);
        } catch (IOException e) {
            throw new InputException("%s: %s", source, e.getMessage());
        }
    }

    private Optional<Character> delimiter() {
        String text = "tab".equals(delimiter) ? "\t" : delimiter;
        InputException.unless(
                text == null || (text.length() == 1 && "\"\r\n".indexOf(text.charAt(0)) < 0),
                "--delimiter must be one character, no quote and no line break, or tab, got '%s'",
                delimiter);
        return Optional.ofNullable(text).map(each -> each.charAt(0));
    }

    /** Returns what is read, or throws an {@link InputException} that tells what is wrong in the file. */
    static <T> T reading(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException | UncheckedIOException e) {
            // what follows the semicolon is for those who write programs
            throw new InputException("%s", e.getMessage().replaceFirst(";.*", ""));
        }
    }
}

package rewind.examples;

import java.io.UncheckedIOException;
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
            defaultValue = ",",
            description = "what separates the cells of the file, one character or: tab (default: ${DEFAULT-VALUE})")
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
        String character = delimiter.equals("tab") ? "\t" : delimiter;
        InputException.unless(
                character.length() == 1 && "\"\r\n".indexOf(character.charAt(0)) < 0,
                "--delimiter must be one character, no quote and no line break, or tab, got '%s'",
                delimiter);
        return Optional.ofNullable(file)
                .map(path -> Csv.of(path).delimiter(character.charAt(0)).header(!withoutHeader));
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

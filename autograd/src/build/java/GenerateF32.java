import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the kernels over {@code float[]} from those over {@code double[]}: every {@code F64*.java} of the source folder, but for
 * those whose twin is written by hand, becomes {@code F32*.java} in the target folder. The build runs it.
 *
 * <p>Words are replaced and nothing else, so that a line of the twin is the line of its source: {@code F64} at the start of a word
 * becomes {@code F32}, {@code double} {@code float}, {@code Double} and {@code DoubleVector} {@code Float} and {@code FloatVector}, and
 * a number with a point gets an f. What would then not mean the same for floats is an error with file and line. A file whose content would not
 * change is left alone, and so is what was compiled from it.
 *
 * <p>Use: {@code java GenerateF32.java <source folder> <target folder>}.
 */
final class GenerateF32 {
    /** Their signatures say double, or their numbers are those of the format. */
    private static final Set<String> BY_HAND = Set.of("F64Arrays.java", "F64Format.java");

    private static final Pattern TOKENS = Pattern.compile(
            "(?<comment>//[^\n]*|/\\*.*?\\*/)"
                    + "|(?<text>\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])+')"
                    + "|(?<number>(?:\\d|\\.\\d)(?:[eEpP][+-]|[\\w.])*)"
                    + "|(?<word>[A-Za-z_$][\\w$]*)",
            Pattern.DOTALL);

    private static final Pattern WORDS = Pattern.compile("\\b(?:F64(?=\\w)|double\\b|Double(?=\\b|Vector))");
    private static final Map<String, String> TWINS = Map.of("F64", "F32", "double", "float", "Double", "Float");
    private static final Pattern DECIMAL = Pattern.compile("\\d+\\.\\d+");
    private static final Pattern INTEGER = Pattern.compile("\\d[\\d_]*L?|0[xX][0-9a-fA-F_]+");

    /** Bits of a double in a long: what depends on their width belongs into F64Format. */
    private static final Pattern FORBIDDEN = Pattern.compile("LongVector|\\w*LongBits|longBits\\w*|float|Float\\w*");

    private GenerateF32() {}

    public static void main(String[] folders) throws IOException {
        Path sources = Path.of(folders[0]);
        Path target = Path.of(folders[1]);
        Files.createDirectories(target);
        Set<String> written = new TreeSet<>();
        for (Path source : list(sources, "F64")) {
            String name = source.getFileName().toString();
            if (!BY_HAND.contains(name)) {
                String twin = name.replace("F64", "F32");
                writeIfChanged(target.resolve(twin), translate(source, Files.readString(source)));
                written.add(twin);
            }
        }
        for (Path old : list(target, "F32")) {
            if (!written.contains(old.getFileName().toString())) {
                Files.delete(old);
            }
        }
    }

    private static List<Path> list(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(prefix + "\\w*\\.java"))
                    .sorted()
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }

    private static void writeIfChanged(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    private static String translate(Path source, String text) {
        Matcher token = TOKENS.matcher(text);
        StringBuilder twin = new StringBuilder();
        while (token.find()) {
            token.appendReplacement(twin, Matcher.quoteReplacement(translate(source, text, token)));
        }
        return token.appendTail(twin).toString();
    }

    private static String translate(Path source, String text, Matcher token) {
        String old = token.group();
        if (token.group("text") != null) {
            return old;
        }
        if (token.group("number") == null) {
            require(token.group("comment") != null || !FORBIDDEN.matcher(old).matches(), source, text, token);
            return WORDS.matcher(old).replaceAll(word -> TWINS.get(word.group()));
        }
        boolean decimal = DECIMAL.matcher(old).matches();
        require(decimal || INTEGER.matcher(old).matches(), source, text, token);
        return decimal ? old + "f" : old;
    }

    private static void require(boolean condition, Path source, String text, Matcher token) {
        if (!condition) {
            long line = 1
                    + text.substring(0, token.start())
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            throw new IllegalArgumentException(
                    source + ":" + line + ": " + token.group()
                            + " has no twin of type float; numbers are written 0.001 or 12, bits of a double belong into F64Format");
        }
    }
}

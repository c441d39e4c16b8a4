package rewind.nn.recorded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Near;

/**
 * A file of values recorded from another system; {@code golden/README.md} among the resources says what is in it.
 *
 * @param path where it is
 * @param content the object that it holds
 */
public record RecordedFile(Path path, Map<String, Object> content) {
    /** The tolerance of recorded values, per array. */
    public static final Near NEAR = Near.within(1e-12, 1e-15);

    /** The folder of further files, if this system property names one. */
    public static final String FURTHER = "golden.dir";

    /** Returns all files among the resources, and all of the folder that {@link #FURTHER} names. */
    public static List<RecordedFile> all() {
        List<RecordedFile> files = new ArrayList<>(in(resources()));
        String further = System.getProperty(FURTHER, "");
        if (!further.isEmpty()) {
            files.addAll(in(Path.of(further)));
        }
        return files;
    }

    private static Path resources() {
        URL folder = RecordedFile.class.getClassLoader().getResource("golden");
        if (folder == null) {
            throw new IllegalStateException("there must be a folder golden among the resources");
        }
        try {
            return Path.of(folder.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns every file of a folder and its subfolders but descriptions in Markdown. */
    public static List<RecordedFile> in(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            List<RecordedFile> files = paths.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().endsWith(".md"))
                    .sorted()
                    .map(RecordedFile::read)
                    .toList();
            if (files.isEmpty()) {
                throw new IllegalStateException("there must be recorded values in " + folder);
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RecordedFile read(Path path) {
        try {
            return new RecordedFile(path, Json.object(Json.parse(Files.readString(path))));
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("there must be a JSON object in " + path, e);
        }
    }

    /** Which kind of values these are. */
    public String format() {
        return String.valueOf(content.get("format"));
    }

    /** Refuses fields that no test reads. */
    public static void requireOnly(Map<String, Object> recorded, Set<String> known) {
        for (String field : recorded.keySet()) {
            if (!known.contains(field)) {
                throw new AssertionError("the recorded field " + field + " must be one of " + known);
            }
        }
    }

    /** Returns a whole number. */
    public static int integer(Map<String, Object> recorded, String field) {
        return Math.toIntExact((long) Json.number(recorded.get(field)));
    }
}

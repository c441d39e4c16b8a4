package rewind.benchmarks.measure;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import rewind.autograd.Tensor;
import rewind.benchmarks.systems.CellKind;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.RecordedOperations;
import rewind.benchmarks.systems.RevisionStep;
import rewind.benchmarks.systems.Sizes;
import rewind.benchmarks.systems.Stepping;
import rewind.nn.Model;

/**
 * This revision of the library beside another one: both in one JVM, each with a class loader of its own, in turns. What is timed is one
 * operation where there is next to nothing to compute, and the training steps of the table with one thread.
 */
final class Revision {
    private static final List<String> OPERATIONS = List.of("unrecorded", "forward", "forwardAndBackward");

    private final Selection selection;
    private final Alternation.Plan plan;
    private final ClassLoader own;
    private final ClassLoader other;

    /**
     * Finds the other revision.
     *
     * @throws IllegalStateException if it is not there, or not compiled
     */
    Revision(Selection selection) {
        this(selection, Alternation.Plan.ofTwo(selection.quick()));
    }

    Revision(Selection selection, Alternation.Plan plan) {
        this.selection = selection;
        this.plan = plan;
        List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        List<Path> others = new ArrayList<>(classPath);
        others.removeAll(List.of(home(Tensor.class), home(Model.class)));
        others.addAll(0, compiled(selection.against()));
        this.own = loader(classPath);
        this.other = loader(others);
    }

    private static List<Path> compiled(Path checkout) {
        List<Path> classes = Stream.of("autograd", "nn")
                .map(module -> checkout.resolve(module).resolve("target").resolve("classes"))
                .toList();
        for (Path each : classes) {
            if (!Files.isDirectory(each)) {
                throw new IllegalStateException("--against must be a checkout that is compiled, but there is no " + each
                        + "; call mvn -q compile there first");
            }
        }
        return classes;
    }

    private static Path home(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClassLoader loader(List<Path> classPath) {
        URL[] urls = classPath.stream().map(Revision::url).toArray(URL[]::new);
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Precision precision : selection.precisions()) {
            for (String operation : OPERATIONS) {
                Row row = Row.of("operation", operation, "dtype", precision.name());
                rows.add(timed(row, operation(own, operation, precision), operation(other, operation, precision)));
            }
            for (CellKind kind : selection.kinds()) {
                for (Sizes sizes : selection.sizes()) {
                    Row row = Row.of("cell", kind.name(), "dtype", precision.name(), "sizes", sizes.toString());
                    String way = (selection.tapes() ? RevisionStep.Way.TAPE : RevisionStep.Way.TRAINING).name();
                    String[] problem = {kind.name(), sizes.toString(), precision.name(), way};
                    rows.add(timed(row, step(own, problem), step(other, problem)));
                }
            }
        }
        return rows;
    }

    private static Stepping step(ClassLoader revision, String... problem) {
        try {
            Runnable step = (Runnable) revision.loadClass(RevisionStep.class.getName())
                    .getConstructor(String.class, String.class, String.class, String.class)
                    .newInstance((Object[]) problem);
            return step::run;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("revision: " + Arrays.toString(problem) + " cannot be set up", e);
        }
    }

    /** The chain of operations that JMH measures, too. */
    private static Stepping operation(ClassLoader revision, String name, Precision precision) {
        try {
            Class<?> type = revision.loadClass(RecordedOperations.class.getName());
            Object chain = type.getConstructor().newInstance();
            type.getField("dtype").set(chain, precision.name());
            type.getMethod("prepare").invoke(chain);
            var method = type.getMethod(name);
            return () -> {
                try {
                    method.invoke(chain);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("revision: " + name + " failed", e);
                }
            };
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("revision: " + name + " cannot be set up", e);
        }
    }

    private Row timed(Row row, Stepping own, Stepping other) {
        Alternation.Times times = new Alternation(plan).time(List.of(own, other));
        double seconds = times.systems().get(0).lowerQuartile();
        double otherSeconds = times.systems().get(1).lowerQuartile();
        System.out.printf(Locale.ROOT, "%s: %.3f%n", row.values().values(), otherSeconds / seconds);
        return row.with("this", seconds).with("other", otherSeconds).with("others", times.others());
    }
}

package rewind.benchmarks.measure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;
import rewind.benchmarks.systems.CellKind;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.Sizes;

/** What of the parts is measured, and how. */
public final class Selection {
    @Option(
            names = "--cells",
            split = ",",
            description = "of the training steps: ${COMPLETION-CANDIDATES} (default: all)")
    private List<CellKind> kinds = new ArrayList<>();

    @Option(names = "--dtypes", split = ",", description = "${COMPLETION-CANDIDATES} (default: both)")
    private List<Precision> precisions = new ArrayList<>();

    @Option(names = "--threads", split = ",", description = "of the training steps: numbers of threads (default: 1,2)")
    private List<Integer> threads = new ArrayList<>();

    @Option(
            names = "--sizes",
            split = ",",
            description = "of the training steps: samples x steps x features x units, such as 32x50x64x128"
                    + " (default: the six of the table)")
    private List<Sizes> sizes = new ArrayList<>();

    @Option(names = "--quick", description = "a few sizes, measured briefly: shows that everything works, no more")
    private boolean quick;

    @Option(names = "--plain", description = "measure this library's plain loops instead of those of the Vector API")
    private boolean plain;

    @Option(
            names = "--dl4j",
            description = "also measure the training steps of DL4J, once its module has been compiled; see the README")
    private boolean dl4j;

    @Option(
            names = "--against",
            description = "for the part REVISION: the checkout of another revision of this library, compiled")
    private Path against;

    @Option(
            names = "--tapes",
            description = "for the part REVISION: training steps on tapes, although training would replay them")
    private boolean tapes;

    public List<CellKind> kinds() {
        return kinds.isEmpty() ? List.of(CellKind.values()) : kinds;
    }

    public List<Precision> precisions() {
        return precisions.isEmpty() ? List.of(Precision.values()) : precisions;
    }

    public List<Integer> threads() {
        return threads.isEmpty() ? List.of(1, 2) : threads;
    }

    List<Sizes> sizes() {
        return sizes.isEmpty() ? quick ? Sizes.QUICK : Sizes.TABLE : sizes;
    }

    boolean quick() {
        return quick;
    }

    public boolean plain() {
        return plain;
    }

    public boolean dl4j() {
        return dl4j;
    }

    /**
     * Returns the checkout of the other revision.
     *
     * @throws IllegalStateException if none is given
     */
    Path against() {
        if (against == null) {
            throw new IllegalStateException("the part REVISION needs --against, the checkout of another revision");
        }
        return against;
    }

    /** Whether nothing is replayed. */
    boolean tapes() {
        return tapes;
    }

    /** Whether nothing is left out or shortened, so that the figures may stand as results. */
    public boolean complete() {
        return !quick && kinds.isEmpty() && precisions.isEmpty() && threads.isEmpty() && sizes.isEmpty();
    }

    /** Returns the selection of one kind, type and number of threads. */
    public Selection only(CellKind kind, Precision precision, int threadCount) {
        Selection one = new Selection();
        one.kinds = List.of(kind);
        one.precisions = List.of(precision);
        one.threads = List.of(threadCount);
        one.sizes = sizes;
        one.quick = quick;
        one.plain = plain;
        one.dl4j = dl4j;
        one.against = against;
        one.tapes = tapes;
        return one;
    }

    /** Returns the options that make this selection. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        add(options, "--cells", kinds);
        add(options, "--dtypes", precisions);
        add(options, "--threads", threads);
        add(options, "--sizes", sizes);
        add(options, "--against", against == null ? List.of() : List.of(against.toAbsolutePath()));
        options.addAll(tapes ? List.of("--tapes") : List.of());
        options.addAll(quick ? List.of("--quick") : List.of());
        options.addAll(plain ? List.of("--plain") : List.of());
        options.addAll(dl4j ? List.of("--dl4j") : List.of());
        return options;
    }

    private static void add(List<String> options, String name, List<?> values) {
        if (!values.isEmpty()) {
            String[] texts = values.stream().map(Object::toString).toArray(String[]::new);
            options.addAll(Arrays.asList(name, String.join(",", texts)));
        }
    }
}

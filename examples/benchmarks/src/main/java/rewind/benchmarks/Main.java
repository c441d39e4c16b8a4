package rewind.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import rewind.benchmarks.measure.Fork;
import rewind.benchmarks.measure.KernelRuns;
import rewind.benchmarks.measure.Machine;
import rewind.benchmarks.measure.Part;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.measure.Section;
import rewind.benchmarks.measure.Selection;
import rewind.benchmarks.measure.Worker;
import rewind.benchmarks.report.Report;
import rewind.benchmarks.report.Results;
import rewind.benchmarks.systems.CellKind;
import rewind.benchmarks.systems.Dl4j;
import rewind.benchmarks.systems.Jvm;
import rewind.benchmarks.systems.Peak;
import rewind.benchmarks.systems.Precision;

/**
 * Measures this library beside the systems that one would otherwise choose, from the top directory:
 *
 * <pre>
 * mvn -q -Pbenchmark -pl :rewind-benchmarks -am compile exec:exec
 * mvn -q -Pbenchmark -pl :rewind-benchmarks -am compile exec:exec -Dbenchmark.args="--quick"
 * </pre>
 *
 * <p>DL4J needs a class path of its own, which must be there before {@code --dl4j} is given:
 *
 * <pre>
 * mvn -q -Pbenchmark,dl4j -pl :rewind-benchmarks-dl4j -am compile
 * mvn -q -Pbenchmark -pl :rewind-benchmarks -am compile exec:exec -Dbenchmark.args="--dl4j"
 * </pre>
 *
 * <p>Whether this revision is as fast as another one, of which there is a compiled checkout:
 *
 * <pre>
 * mvn -q -Pbenchmark -pl :rewind-benchmarks -am compile exec:exec -Dbenchmark.args="--parts REVISION --against ../before"
 * </pre>
 *
 * <p>Complete runs update {@code results.json} and {@code RESULTS.md} beside this module's pom; quick and partial ones write the same
 * files into its {@code target}. The exit status is 1 if two systems disagree or a JVM fails.
 */
@Command(
        name = "benchmark",
        description = "Measure Rewind beside PyTorch, OpenBLAS, Commons Math and, as an option, DL4J.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
    @Option(names = "--parts", split = ",", description = "${COMPLETION-CANDIDATES} (default: all but the last)")
    private List<Part> parts = Part.USUAL;

    @Option(names = "--to", description = "folder of results.json and RESULTS.md")
    private Path folder;

    @Mixin
    private Selection selection;

    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs the benchmarks. */
    public static void main(String... args) {
        System.exit(Worker.commandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        String classPath = selection.dl4j() ? Dl4j.classPath() : "";
        PrintWriter out = spec.commandLine().getOut();
        Results results = Results.in(folder != null ? folder : defaultFolder());
        boolean plain = selection.plain() || !Peak.measurable();
        for (Part part : parts) {
            Row machine = Machine.describe(classPath).with("heap", String.join(" ", Fork.heap(part)));
            if (machine.number("load") > 1) {
                out.printf(
                        Locale.ROOT,
                        "the machine is busy, load %.1f: these times will say little%n",
                        machine.number("load"));
            }
            Section section = new Section(part, plain, machine, rows(part, out));
            if (part != Part.REVISION) {
                results.put(section);
            }
            out.println(Report.of(section));
            out.flush();
        }
        if (!parts.equals(List.of(Part.REVISION))) {
            out.println("written: " + results.files());
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Row> rows(Part part, PrintWriter out) {
        out.printf(Locale.ROOT, "measuring %s%n", part);
        out.flush();
        if (part == Part.KERNELS) {
            return new KernelRuns(selection, out).rows();
        }
        if (part != Part.STEPS) {
            return Fork.rows(part, selection, 1);
        }
        List<Row> rows = new ArrayList<>();
        for (int threads : selection.threads()) {
            for (Precision precision : selection.precisions()) {
                for (CellKind kind : selection.kinds()) {
                    rows.addAll(Fork.rows(part, selection.only(kind, precision, threads), threads));
                }
            }
        }
        return rows;
    }

    private Path defaultFolder() throws IOException {
        return selection.complete()
                ? Jvm.module()
                : Files.createDirectories(Jvm.module().resolve("target"));
    }
}

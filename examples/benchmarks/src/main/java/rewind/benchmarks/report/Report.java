package rewind.benchmarks.report;

import java.util.List;
import java.util.Locale;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.measure.Section;

/** Writes sections of results as Markdown. */
public final class Report {
    private static final String TITLE = """
            # Results

            Written by `rewind.benchmarks.Main` from `results.json`; the README says how to run it. Every section says when, where and with
            what it was measured; a + behind the revision stands for changes not yet committed. A complete run replaces its sections.
            """;

    private Report() {}

    /** Returns the whole text. */
    static String of(List<Section> sections) {
        StringBuilder text = new StringBuilder(TITLE);
        sections.forEach(section -> text.append('\n').append(of(section)));
        return text.toString();
    }

    /** Returns the text of one section. */
    public static String of(Section section) {
        return "## " + title(section) + "\n\n" + run(section.run()) + "\n" + body(section);
    }

    private static String title(Section section) {
        String title = switch (section.part()) {
            case KERNELS -> "Kernels";
            case STEPS -> "Training steps";
            case GROWTH -> "Growth with length, width and batch";
            case MEMORY -> "Memory";
            case REVISION -> "Beside another revision";
        };
        return section.plain() ? title + ", plain loops" : title;
    }

    private static String run(Row run) {
        return String.format(
                Locale.ROOT,
                "%s, revision %s. %s, %.0f cores, %s, load before %s. %s%s. %s.%n",
                run.text("date"),
                run.text("revision"),
                run.text("cpu"),
                run.number("cores"),
                run.text("os"),
                Format.fixed(run.number("load"), 2),
                run.text("jdk"),
                run.has("heap") ? ", " + run.text("heap") : "",
                run.text("libraries"));
    }

    private static String body(Section section) {
        return switch (section.part()) {
            case KERNELS -> new KernelReport(section.rows()).toString();
            case STEPS -> new StepReport(section.rows()).toString();
            case GROWTH -> new GrowthReport(section.rows()) + "\n![time over size](" + section.chart() + ")\n";
            case MEMORY -> new MemoryReport(section.rows()).toString();
            case REVISION -> new RevisionReport(section.rows()).toString();
        };
    }
}

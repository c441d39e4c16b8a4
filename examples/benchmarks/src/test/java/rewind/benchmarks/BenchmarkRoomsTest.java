package rewind.benchmarks;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is compared knows nothing of how it is measured, and what is measured nothing of how it is reported. */
class BenchmarkRoomsTest {
    private static final String ROOT = "rewind.benchmarks";
    private static final JavaClasses ALL = new ClassFileImporter()
            .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

    /** Which rooms a room must not use. */
    private static final Map<String, List<String>> ABOVE = Map.of(
            "systems", List.of("", ".measure", ".report", ".gradbench"),
            "measure", List.of("", ".report", ".gradbench"),
            "report", List.of("", ".gradbench"),
            "gradbench", List.of("", ".report", ".systems"));

    @Test
    void roomsUseWhatIsBelowThem() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(ALL);
        ABOVE.forEach((room, above) -> ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage(ROOT + "." + room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above.stream().map(ROOT::concat).toArray(String[]::new))
                .check(ALL));
    }

    @Test
    void roomsAreSmall() {
        Map<String, Long> files = ALL.stream()
                .filter(each -> each.isTopLevelClass() && !isGenerated(each))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(files)
                .containsOnlyKeys(ROOT, ROOT + ".systems", ROOT + ".measure", ROOT + ".report", ROOT + ".gradbench");
        assertThat(files.values()).allMatch(count -> count <= 30);
    }

    private static boolean isGenerated(JavaClass type) {
        return type.getPackageName().contains("jmh_generated");
    }
}

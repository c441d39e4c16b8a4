package rewind.autograd;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import rewind.fixture.StrictResults;

/** The rooms of this module: what may use what, how large they are, and what of them users see. */
@Tag("once")
class ArchitectureTest {
    private static final String ROOT = "rewind.autograd";
    private static final Path SOURCES = Path.of("src", "main", "java", "rewind", "autograd");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** What each room may use besides itself and the JDK; the root is the empty name. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("threads", List.of()),
            Map.entry("special", List.of()),
            Map.entry("matrix", List.of()),
            Map.entry("kernel", List.of("special", "threads")),
            Map.entry("reverse", List.of()),
            Map.entry("require", List.of()),
            Map.entry("buffer", List.of("kernel", "threads")),
            Map.entry("text", List.of("buffer", "require")),
            Map.entry("memory", List.of("buffer", "kernel", "reverse")),
            Map.entry("", List.of("buffer", "kernel", "matrix", "memory", "require", "reverse", "text")),
            Map.entry("check", List.of("", "program", "require")),
            Map.entry("check.jqwik", List.of("", "check", "require")),
            Map.entry("commons", List.of("", "require")),
            Map.entry("ode", List.of("", "require")),
            Map.entry("picture", List.of("")),
            Map.entry("replay", List.of("")),
            Map.entry("algebra", List.of("")),
            Map.entry("program", List.of("", "algebra", "buffer", "picture", "replay", "require")));

    private static final Set<String> EXPORTED = Set.of(
            ROOT,
            ROOT + ".commons",
            ROOT + ".check",
            ROOT + ".check.jqwik",
            ROOT + ".ode",
            ROOT + ".picture",
            ROOT + ".program",
            ROOT + ".replay");

    @Test
    void resultsAreStrict() throws IOException {
        StrictResults.verify(SOURCES);
    }

    @Test
    void packagesHaveNoCycle() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void roomsUseWhatIsBelowThem() {
        MAY_USE.forEach((room, below) -> {
            List<String> others = MAY_USE.keySet().stream()
                    .filter(each -> !each.equals(room) && !below.contains(each))
                    .map(ArchitectureTest::named)
                    .toList();
            noClasses()
                    .that()
                    .resideInAPackage(named(room))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(others.toArray(new String[0])))
                    .check(CLASSES);
        });
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
                .as("every package has its place in the table")
                .containsExactlyInAnyOrderElementsOf(
                        MAY_USE.keySet().stream().map(ArchitectureTest::named).toList());
    }

    @Test
    void theCoreUsesNothingAndIsReadInOneSitting() throws IOException {
        classes()
                .that()
                .resideInAPackage(named("reverse"))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", named("reverse")))
                .check(CLASSES);
        int lines = 0;
        for (Path file : files("reverse")) {
            lines += Files.readAllLines(file).size();
        }
        assertThat(lines).isBetween(300, 600);
    }

    @Test
    void onlyKernelsNameTheVectorModuleAndOnlyGeneratorsNameJqwik() {
        noClasses()
                .that()
                .resideOutsideOfPackage(named("kernel"))
                .should()
                .dependOnClassesThat(resideInAPackage("jdk.incubator.."))
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(named("check.jqwik"))
                .should()
                .dependOnClassesThat(resideInAPackage("net.jqwik.."))
                .check(CLASSES);
    }

    /** What recycles and what packs stands below the language; the root names it where tapes, sweeps and results are made. */
    @Test
    void leasesAndPackedFactorsStayBelow() {
        noClasses()
                .that()
                .resideOutsideOfPackages(named("buffer"), named("memory"))
                .should()
                .dependOnClassesThat(nameMatching(".*\\.(Packed|Lease|Loan|FreeArrays|WaitingProducts)"))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .and(DescribedPredicate.not(
                        nameMatching(".*\\.(Op|Tape|TensorRecording|Cotangents|Workspace)(\\$.*)?")))
                .should()
                .dependOnClassesThat(nameMatching(".*\\.(Lender|TapeMemory|ArrayPool|InPlaceSum)"))
                .check(CLASSES);
    }

    @Test
    void usersSeeNoTypeOfARoomThatIsNotExported() {
        List<String> seen = new ArrayList<>();
        for (JavaClass type : CLASSES) {
            if (isSeen(type)) {
                type.getMembers().stream()
                        .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                                || member.getModifiers().contains(JavaModifier.PROTECTED))
                        .flatMap(ArchitectureTest::signature)
                        .filter(each -> each.getPackageName().startsWith(ROOT) && !isSeen(each))
                        .forEach(each -> seen.add(type.getName() + " shows " + each.getName()));
            }
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void packagesAndFilesAreOfAReadableSize() throws IOException {
        for (String room : MAY_USE.keySet()) {
            List<Path> files = files(room.replace('.', '/'));
            assertThat(files).as("files of " + named(room)).hasSizeLessThanOrEqualTo(30);
            for (Path file : files) {
                assertThat(Files.readAllLines(file).size())
                        .as("lines of " + file)
                        .isLessThanOrEqualTo(file.endsWith("Tensor.java") ? 420 : 350);
            }
        }
        assertThat(new TreeSet<>(CLASSES.stream()
                        .filter(type -> type.getPackageName().equals(ROOT) && type.isTopLevelClass())
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toList())))
                .hasSizeLessThanOrEqualTo(20);
    }

    /** Nested types included, but for terms of equations, some of which are called as the operations that they stand for. */
    @Test
    void namesStandForOneThing() {
        Map<String, List<String>> types = CLASSES.stream()
                .filter(type -> type.isTopLevelClass()
                        || !Set.of(ROOT + ".program", ROOT + ".algebra").contains(type.getPackageName()))
                .filter(type ->
                        !type.isAnonymousClass() && !type.getSimpleName().equals("package-info"))
                .filter(type -> !type.getName().startsWith(ROOT + ".kernel.F32")) // generated
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, Collectors.mapping(JavaClass::getName, Collectors.toList())));
        assertThat(types)
                .hasSizeGreaterThan(100)
                .allSatisfy((name, all) -> assertThat(all).hasSize(1));
    }

    /** Sweep, trace and check read entries; which kinds of pullbacks there are only the sweep's memory knows. */
    @Test
    void pullbacksAreNotMatchedOutsideTheRoot() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "a kind of pullback",
                        (JavaAccess<?> access) -> access.getTargetOwner().isAssignableTo(Pullback.class)
                                && !access.getTargetOwner().getName().equals(Pullback.class.getName())))
                .check(CLASSES);
        assertThat(CLASSES.stream()
                        .filter(type -> !type.getPackageName().equals(ROOT))
                        .flatMap(type -> type.getInstanceofChecks().stream())
                        .filter(check -> check.getRawType().isAssignableTo(Pullback.class)
                                || check.getRawType().isAssignableTo(Rule.class)))
                .isEmpty();
    }

    private static boolean isSeen(JavaClass type) {
        boolean all =
                EXPORTED.contains(type.getPackageName()) && type.getModifiers().contains(JavaModifier.PUBLIC);
        return all && type.getEnclosingClass().map(ArchitectureTest::isSeen).orElse(true);
    }

    private static Stream<JavaClass> signature(JavaMember member) {
        return member.getAllInvolvedRawTypes().stream();
    }

    private static List<Path> files(String room) throws IOException {
        try (Stream<Path> files = Files.list(SOURCES.resolve(room))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static String named(String room) {
        return room.isEmpty() ? ROOT : ROOT + "." + room;
    }
}

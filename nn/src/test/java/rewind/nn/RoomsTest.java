package rewind.nn;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import rewind.fixture.StrictResults;

/** The packages of this module are rooms with doors in one direction alone, small enough to be looked over. */
@Tag("once")
class RoomsTest {
    private static final int MOST_FILES = 30;
    private static final int MOST_LINES = 350;
    private static final int MOST_PUBLIC_TYPES = 12; // of what a program imports
    private static final String ROOT = "rewind.nn";
    private static final JavaClasses ALL = new ClassFileImporter()
            .importUrl(Model.class.getProtectionDomain().getCodeSource().getLocation());

    /** Which packages a package may use; the root, "", may use all. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("format", Set.of()),
            Map.entry("layer", Set.of()),
            Map.entry("attention", Set.of("layer")),
            Map.entry("convolution", Set.of("layer")),
            Map.entry("feedforward", Set.of("layer")),
            Map.entry("recurrent", Set.of("feedforward", "layer")),
            Map.entry("loss", Set.of("layer")),
            Map.entry("distribution", Set.of("layer")),
            Map.entry("optimize", Set.of("format", "layer")),
            Map.entry(
                    "exchange", Set.of("", "attention", "convolution", "feedforward", "format", "layer", "recurrent")),
            Map.entry("data", Set.of("layer")),
            Map.entry("sequence", Set.of("data", "distribution", "layer", "train")),
            Map.entry("train", Set.of("format", "layer")),
            Map.entry("train.loop", Set.of("data", "format", "layer", "loss", "optimize", "train", "train.shard")),
            Map.entry("train.shard", Set.of("data", "format", "layer")),
            Map.entry("train.listen", Set.of("format", "layer", "optimize", "train", "train.loop")));

    /** Packages that the module does not export. */
    private static final Set<String> HIDDEN = Set.of(ROOT + ".train.loop");

    @Test
    void resultsAreStrict() throws IOException {
        StrictResults.verify(Path.of("src", "main", "java"));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void packagesUseWhatTheyMay() {
        Map<String, Set<String>> forbidden = new TreeMap<>();
        for (JavaClass each : ALL) {
            String room = room(each);
            each.getDirectDependenciesFromSelf().forEach(dependency -> {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                boolean free = !target.getPackageName().startsWith(ROOT)
                        || room(target).equals(room)
                        || room.isEmpty()
                        || MAY_USE.getOrDefault(room, Set.of()).contains(room(target));
                if (!free) {
                    forbidden
                            .computeIfAbsent(room + " -> " + room(target), absent -> new TreeSet<>())
                            .add(each.getSimpleName() + " uses " + target.getSimpleName());
                }
            });
        }
        assertThat(forbidden).isEmpty();
        assertThat(topLevel().map(RoomsTest::room).filter(room -> !room.isEmpty()))
                .as("every package stands in the table")
                .allMatch(MAY_USE::containsKey);
    }

    @Test
    void packagesAreSmall() {
        Map<String, Long> files =
                topLevel().collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(files.get(ROOT)).isPositive();
        assertThat(files)
                .allSatisfy((name, count) ->
                        assertThat(count).as("files of %s", name).isLessThanOrEqualTo(MOST_FILES));
        assertThat(topLevel()
                        .filter(each -> each.getPackageName().equals(ROOT))
                        .filter(each -> each.getModifiers().contains(JavaModifier.PUBLIC)))
                .hasSizeLessThanOrEqualTo(MOST_PUBLIC_TYPES);
    }

    /** Nested types included: one word, one thing. */
    @Test
    void namesAreUnique() {
        Map<String, List<String>> types = ALL.stream()
                .filter(each ->
                        !each.isAnonymousClass() && !each.getSimpleName().endsWith("-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, Collectors.mapping(JavaClass::getName, Collectors.toList())));
        assertThat(types)
                .hasSizeGreaterThan(100)
                .allSatisfy((name, all) -> assertThat(all).hasSize(1));
    }

    @Test
    void filesAreSmall() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file :
                    all.filter(each -> each.toString().endsWith(".java")).toList()) {
                assertThat(Files.readAllLines(file).size())
                        .as("lines of %s", file)
                        .isLessThanOrEqualTo(MOST_LINES);
            }
        }
    }

    /** What users see is made of what users see. */
    @Test
    void hiddenTypesAreInNoPublicSignature() {
        List<String> leaks = new ArrayList<>();
        for (JavaClass each : ALL) {
            if (isSeen(each)) {
                each.getCodeUnits().stream()
                        .filter(RoomsTest::isSeen)
                        .forEach(unit -> Stream.concat(
                                        unit.getRawParameterTypes().stream(), Stream.of(unit.getRawReturnType()))
                                .filter(type -> HIDDEN.contains(
                                        type.getBaseComponentType().getPackageName()))
                                .forEach(type -> leaks.add(unit.getFullName())));
            }
        }
        assertThat(leaks).isEmpty();
    }

    private static boolean isSeen(JavaClass type) {
        return !HIDDEN.contains(type.getPackageName())
                && type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(RoomsTest::isSeen).orElse(true);
    }

    private static boolean isSeen(JavaCodeUnit unit) {
        return unit.getModifiers().contains(JavaModifier.PUBLIC)
                || unit.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaClass> topLevel() {
        return ALL.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(each -> !each.getSimpleName().endsWith("-info"));
    }

    /** The package's name in the module, empty for the root. */
    private static String room(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }
}

package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import rewind.autograd.check.GradientCheck;
import rewind.autograd.check.NumberCheck;

/** Whatever a user can hold in the hand tells what it is: in jshell, a debugger or a log. */
class ValuesTellWhatTheyAreTest {
    @Test
    void everyPublicTypeHasAText() throws Exception {
        assertThat(withoutText(Tensor.class)).isEmpty();
    }

    /** The classes of a module of which there can be objects that print as their class and a number. */
    private static List<String> withoutText(Class<?> ofModule) throws IOException, URISyntaxException {
        Path classes = Path.of(
                ofModule.getProtectionDomain().getCodeSource().getLocation().toURI());
        Set<String> exported = ModuleFinder.of(classes).findAll().iterator().next().descriptor().exports().stream()
                .map(Exports::source)
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(classes)) {
            List<Class<?>> all = files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace(java.io.File.separatorChar, '.'))
                    .<Class<?>>map(ValuesTellWhatTheyAreTest::load)
                    .filter(type -> exported.contains(type.getPackageName()))
                    .toList();
            assertThat(all).contains(ofModule);
            return all.stream()
                    .filter(ValuesTellWhatTheyAreTest::isHeld)
                    .filter(type -> isObjects(type))
                    .map(Class::getName)
                    .sorted()
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Tensor.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether it is public and has objects. */
    private static boolean isHeld(Class<?> type) {
        boolean statics = Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> !method.isSynthetic())
                        .allMatch(method -> Modifier.isStatic(method.getModifiers()))
                && Arrays.stream(type.getDeclaredConstructors())
                        .map(Constructor::getModifiers)
                        .allMatch(Modifier::isPrivate);
        return Modifier.isPublic(type.getModifiers())
                && !Modifier.isAbstract(type.getModifiers())
                && !type.isInterface()
                && !statics;
    }

    private static boolean isObjects(Class<?> type) {
        try {
            Executable text = type.getMethod("toString");
            return text.getDeclaringClass() == Object.class;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheySay() {
        assertThat(Axes.of(1, -1)).hasToString("axes [1, -1]");
        assertThat(Axes.of().keep()).hasToString("all axes, kept");
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.of(1, 2));
        Tensor y = x.square().sum();
        assertThat(tape).hasToString("Tape of 3 entries");
        assertThat(tape.backward(y)).hasToString("Gradients of 1 variables");
        assertThat(new Workspace()).hasToString("Workspace of tapes, one after another");
        assertThat(GradientCheck.of((UnaryOperator<Tensor>) Tensor::exp).at(Tensor.of(1, 2)))
                .hasToString("gradient check: function at [[2]], order 1, seed 1");
        assertThat(NumberCheck.class).isPublic();
    }
}

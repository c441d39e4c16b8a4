package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Description;
import rewind.nn.layer.Form;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.OptionType;
import rewind.nn.layer.Parts;
import rewind.nn.recurrent.Gates;
import rewind.nn.recurrent.Lstm;
import rewind.nn.recurrent.Recurrent;

/** Nothing that is built in lacks its description: a layer, an option, an activation or an initializer. */
class FormTest {
    static List<Form<? extends Layer>> forms() {
        return Forms.ALL;
    }

    @Test
    void everyLayerHasAForm() throws Exception {
        Set<Class<?>> described = new LinkedHashSet<>();
        Forms.ALL.forEach(form -> described.add(form.type()));
        described.add(OwnLayer.class); // described by the name that its user gave it

        assertThat(layerClasses()).containsExactlyInAnyOrderElementsOf(described);
        assertThat(Forms.ALL).extracting(Form::kind).doesNotHaveDuplicates();
    }

    /** An option that was added to a layer but not to its form would be lost in files. */
    @ParameterizedTest
    @MethodSource("forms")
    void everyFieldIsAnOption(Form<?> form) throws ReflectiveOperationException {
        List<String> fields = new ArrayList<>();
        for (Class<?> type = form.type(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                    fields.addAll(
                            field.getType() == Gates.class ? optionsOfGates(form.type()) : List.of(field.getName()));
                }
            }
        }
        assertThat(form.names()).containsExactlyInAnyOrderElementsOf(fields);
    }

    /** Gates are one field for an activation each, what they have in common, and where the LSTM's forget gate starts. */
    private static List<String> optionsOfGates(Class<?> layer) throws ReflectiveOperationException {
        Recurrent<?, ?> any = (Recurrent<?, ?>) layer.getConstructor(int.class).newInstance(1);
        List<String> options = new ArrayList<>(List.of("initializer", "bias"));
        any.cellForm().gates().all().forEach(gate -> options.add(gate.option()));
        if (layer == Lstm.class) {
            options.add("forgetBias");
        }
        return options;
    }

    @Test
    void activationsAreReadAsDescribed() {
        List<Activation> all = new ArrayList<>();
        Stream.of(
                        "identity",
                        "relu",
                        "leakyRelu",
                        "elu",
                        "selu",
                        "silu",
                        "gelu",
                        "mish",
                        "hardSigmoid",
                        "sigmoid",
                        "softplus",
                        "tanh",
                        "softmax")
                .map(Activation::named)
                .forEach(all::add);
        all.forEach(each ->
                assertThat(read(OptionType.ACTIVATION, each.description())).isSameAs(each));
        Activation warm = Activation.softmax(3);
        assertThat(read(OptionType.ACTIVATION, warm.description()).description())
                .isEqualTo(warm.description());
    }

    /** Every factory without arguments; those with arguments are in random architectures. */
    @Test
    void initializersAreReadAsDescribed() throws ReflectiveOperationException {
        for (var factory : Initializers.class.getDeclaredMethods()) {
            if (factory.getReturnType() == Initializer.class
                    && factory.getParameterCount() == 0
                    && Modifier.isPublic(factory.getModifiers())) {
                Initializer made = (Initializer) factory.invoke(null);
                Initializer read = read(OptionType.INITIALIZER, Initializers.description(made));
                assertThat(read.draw(new Well19937c(1), Shape.of(3, 4)).toArray())
                        .as(factory.getName())
                        .containsExactly(
                                made.draw(new Well19937c(1), Shape.of(3, 4)).toArray());
            }
        }
    }

    /** What is built in as a part, which no registry is asked for. */
    private static <V> V read(OptionType<V> type, Description part) {
        return type.read().of(Description.of("whole").with("part", part), "part", Parts.NONE);
    }

    private static List<Class<?>> layerClasses() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(
                Layer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> layers = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes.resolve("rewind/nn"))) {
            for (Path file : files.sorted().toList()) {
                String name = classes.relativize(file).toString();
                if (name.endsWith(".class")) {
                    Class<?> type = Class.forName(name.substring(0, name.length() - 6)
                            .replace(classes.getFileSystem().getSeparator(), "."));
                    if (Layer.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                        layers.add(type);
                    }
                }
            }
        }
        return layers;
    }
}

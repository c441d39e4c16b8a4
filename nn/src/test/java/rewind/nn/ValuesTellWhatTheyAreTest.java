package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.*;
import static rewind.nn.Listeners.*;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Vocabulary;
import rewind.nn.data.Windows;
import rewind.nn.exchange.ModelWeights;
import rewind.nn.exchange.WeightLayout;
import rewind.nn.format.Safetensors;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.optimize.Optimizer;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.listen.EarlyStopping;

/** Whatever a user can hold in the hand tells what it is: what is public, and what is one of the interfaces that are. */
class ValuesTellWhatTheyAreTest {
    @Test
    void everyTypeHasAText() throws Exception {
        List<Class<?>> all = exported();
        assertThat(all).contains(Model.class, Windows.class, Safetensors.class, EarlyStopping.class);
        assertThat(all.stream()
                        .filter(type -> isHeld(type) && textOf(type) == Object.class)
                        .map(Class::getName)
                        .sorted())
                .isEmpty();
    }

    private static List<Class<?>> exported() throws IOException, URISyntaxException {
        Path classes = Path.of(
                Model.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Set<String> exported = ModuleFinder.of(classes).findAll().iterator().next().descriptor().exports().stream()
                .map(Exports::source)
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace(java.io.File.separatorChar, '.'))
                    .<Class<?>>map(ValuesTellWhatTheyAreTest::load)
                    .filter(type -> exported.contains(type.getPackageName()))
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Model.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether there are objects of it, and a user gets them. */
    private static boolean isHeld(Class<?> type) {
        boolean statics = Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> !method.isSynthetic())
                        .allMatch(method -> Modifier.isStatic(method.getModifiers()))
                && Arrays.stream(type.getDeclaredConstructors())
                        .map(Constructor::getModifiers)
                        .allMatch(Modifier::isPrivate);
        boolean shown = isPublic(type)
                || List.of(
                                TrainingListener.class,
                                Layer.class,
                                Loss.class,
                                Metric.class,
                                Optimizer.class,
                                Schedule.class)
                        .stream()
                        .anyMatch(face -> face.isAssignableFrom(type));
        return shown
                && !Modifier.isAbstract(type.getModifiers())
                && !type.isInterface()
                && !type.isAnonymousClass()
                && !statics;
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
    }

    private static Class<?> textOf(Class<?> type) {
        try {
            return type.getMethod("toString").getDeclaringClass();
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheySay() {
        Path x = Path.of("x");
        Map<Object, String> texts = Map.ofEntries(
                Map.entry(earlyStopping(3), "earlyStopping(3, smallest loss)"),
                Map.entry(
                        earlyStopping(3).maximize("f").minimumChange(0.5).restoreBest(false),
                        "earlyStopping(3, largest f, minimumChange=0.5, restoreBest=false)"),
                Map.entry(
                        reduceOnPlateau(0.5, 2).minimumRate(1e-3),
                        "reduceOnPlateau(0.5, 2, smallest loss, minimumRate=0.001)"),
                Map.entry(checkpoint(x), "checkpoint(x, keep=2)"),
                Map.entry(
                        checkpoint(x).everyMinutes(10).everyUpdates(3).keepBest(),
                        "checkpoint(x, everyUpdates=3, everyMinutes=10.0, keep=2, keepBest=smallest loss)"),
                Map.entry(tensorBoard(x).histograms(2), "tensorBoard(x, histograms=2)"),
                Map.entry(Windows.of(3).horizon(2), "Windows of 3, horizon 2, stride 1"),
                Map.entry(
                        Windows.of(2)
                                .over(() -> Stream.of(new double[1], new double[1], new double[1]))
                                .buffer(9),
                        "SampleStream of samples not counted yet, buffer of 9"),
                Map.entry(Vocabulary.words().of(List.of("a b")), "Vocabulary of 2 tokens WORD [a, b]"),
                Map.entry(Vocabulary.words(), "VocabularyBuilder of tokens WORD, minimumCount 1"),
                Map.entry(Registry.of().function("f", t -> t), "Registry [layer f]"),
                Map.entry(Pass.training(new Well19937c(1)).lengths(Lengths.of(1, 2)), "training pass, lengths [1, 2]"),
                Map.entry(
                        Scope.drawing(new Well19937c(1)).child("a"),
                        "Scope 'a', inference pass, Parameters of 0 numbers {}"),
                Map.entry(
                        WeightLayout.pytorch(lstm(3).bidirectional()),
                        "WeightLayout of pytorch: lstm(3) in both directions"),
                Map.entry(
                        ModelWeights.pytorch(Sequential.of(dense(1)).build(Shape.of(2), 1))
                                .module("dense", "head"),
                        "ModelWeights of pytorch, modules {dense=head}: Model [2] -> [1], 3 parameters of type FLOAT64:"
                                + " sequential([dense(1)])"),
                Map.entry(
                        Safetensors.of(Map.of("a", Tensor.ones(2)), Map.of("k", "v")),
                        "Safetensors of 1 tensors {a FLOAT64 [2]}, metadata [k]"),
                Map.entry(
                        GradientChecks.of(dense(2), Shape.of(3)),
                        "gradient check: dense at [[3, 2], [1, 2], [3, 3]], order 1, seed 1"));
        texts.forEach((value, text) -> assertThat(value).hasToString(text));
        assertThat(progressBar().toString()).startsWith("progressBar(");
    }
}

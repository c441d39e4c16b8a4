package rewind.benchmarks.systems;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;

/**
 * A training step as {@link RewindLearner} does it, for any revision of the library: types that have moved from package to package are
 * met by reflection, a few calls per step. Every class loader that sees a revision has a class of this name.
 */
public final class RevisionStep implements Runnable {
    private static final String LAYERS = "rewind.nn.Layers";
    private static final String MODEL = "rewind.nn.Model";

    private final Workspace workspace = new Workspace();
    private final Tensor x;
    private final Object model;
    private final Object parameters;
    private final Method watchedBy;
    private final Method forward;
    private final Method in;
    private final Runnable step;

    /** How a step is taken. */
    public enum Way {
        TAPE,
        /** As training does it: replayed, where the revision knows how to. */
        TRAINING
    }

    /** Draws the problem, whose names and numbers are those of {@link Problem#arguments}; of the GRU the form that PyTorch has. */
    public RevisionStep(String kind, String sizes, String precision, String way) {
        Sizes n = Sizes.parse(sizes);
        DType dtype = DType.valueOf(precision);
        Object layer = call(method(LAYERS, kind.toLowerCase(Locale.ROOT), int.class), null, n.u());
        layer = call(method(layer.getClass(), "sequences", boolean.class), layer, true);
        if (kind.equals("GRU")) {
            layer = call(method(layer.getClass(), "resetAfter", boolean.class), layer, true);
        }
        model = call(method(MODEL, "build", null, Shape.class, long.class), null, layer, Shape.of(n.T(), n.e()), 1L);
        Object drawn = call(method(model.getClass(), "parameters"), model);
        BiFunction<String, Tensor, Tensor> converted = (name, value) -> value.to(dtype);
        parameters = call(method(drawn.getClass(), "map", BiFunction.class), drawn, converted);
        watchedBy = method(drawn.getClass(), "watchedBy", Tape.class);
        in = method(drawn.getClass(), "in", Gradients.class);
        forward = method(model.getClass(), "forward", drawn.getClass(), Tensor.class);
        x = Tensor.randn(new Well19937c(2), n.m(), n.T(), n.e()).to(dtype);
        step = Way.valueOf(way) == Way.TRAINING ? replay() : this::onTape;
    }

    @Override
    public void run() {
        step.run();
    }

    private Runnable replay() {
        List<Tensor> values = new ArrayList<>();
        BiFunction<String, Tensor, Tensor> collected = (name, value) -> {
            values.add(value);
            return value;
        };
        Method map = method(parameters.getClass(), "map", BiFunction.class);
        call(map, parameters, collected);
        try {
            Workspace.Replay replay = Workspace.replay(
                    inputs -> {
                        Iterator<Tensor> next = inputs.iterator();
                        BiFunction<String, Tensor, Tensor> given = (name, value) -> next.next();
                        Tensor outputs = (Tensor) call(forward, model, call(map, parameters, given), next.next());
                        return List.of(outputs.square().sum());
                    },
                    values,
                    List.of(x));
            return () -> replay.run(values, List.of(x));
        } catch (LinkageError e) {
            return this::onTape; // a revision that knows no replay
        }
    }

    private void onTape() {
        try (Tape tape = new Tape(workspace)) {
            Object watched = call(watchedBy, parameters, tape);
            Tensor outputs = (Tensor) call(forward, model, watched, x);
            call(in, watched, tape.backward(outputs.square().sum()));
        }
    }

    private static Method method(String type, String name, Class<?>... parameters) {
        try {
            return method(Class.forName(type, true, RevisionStep.class.getClassLoader()), name, parameters);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("revision: it must have the class " + type, e);
        }
    }

    /** The public method with these parameters, of which null may be of any type. */
    private static Method method(Class<?> type, String name, Class<?>... parameters) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(name) && fits(method.getParameterTypes(), parameters))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("revision: it must have the method " + type.getName() + "."
                        + name + Arrays.toString(parameters)));
    }

    private static boolean fits(Class<?>[] has, Class<?>... wanted) {
        boolean fits = has.length == wanted.length;
        for (int i = 0; fits && i < has.length; i++) {
            fits = wanted[i] == null || has[i] == wanted[i];
        }
        return fits;
    }

    private static Object call(Method method, Object on, Object... arguments) {
        try {
            return method.invoke(on, arguments);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("revision: " + method + " must be public", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("revision: " + method + " failed", e.getCause());
        }
    }
}

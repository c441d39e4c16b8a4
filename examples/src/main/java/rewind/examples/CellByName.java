package rewind.examples;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.layer.Cell;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Scope;
import rewind.nn.layer.State;
import rewind.nn.recurrent.Recurrent;

/**
 * Recurrent layers by the names of their cells: those that are built in, and a user's own by the name of the class. That is a {@link
 * CellDefinition}, whose constructor may take numbers, texts and truth values, or has a static method that defines the cell:
 *
 * <pre>
 * lstm
 * com.acme.Leaky
 * com.acme.Leaky(0.5, true)
 * com.acme.Cells::minimalGatedUnit
 * </pre>
 */
final class CellByName {
    private static final Map<String, IntFunction<Recurrent<?, ?>>> BUILT_IN = new LinkedHashMap<>();

    static {
        BUILT_IN.put("rnn", Layers::rnn);
        BUILT_IN.put("gru", Layers::gru);
        BUILT_IN.put("gru-after", units -> Layers.gru(units).resetAfter(true));
        BUILT_IN.put("lstm", Layers::lstm);
        BUILT_IN.put("peephole-lstm", Layers::peepholeLstm);
        BUILT_IN.put("coupled-lstm", Layers::coupledLstm);
        BUILT_IN.put("normalized-lstm", Layers::normalizedLstm);
        BUILT_IN.put("indrnn", Layers::indRnn);
        BUILT_IN.put("ode-rnn", Layers::odeRnn);
        BUILT_IN.put("mgu", CellKind.MGU::layer);
    }

    private static final Pattern OWN = Pattern.compile("([\\w.$]+)(?:::(\\w+)|\\((.*)\\))?");

    private CellByName() {}

    /** Returns the names of the cells that are built in. */
    static String names() {
        return String.join(", ", BUILT_IN.keySet());
    }

    /**
     * Returns a layer.
     *
     * @throws InputException if there is no such cell, or none can be made
     */
    static Recurrent<?, ?> layer(String name, int units) {
        IntFunction<Recurrent<?, ?>> builtIn = BUILT_IN.get(name.toLowerCase(Locale.ROOT));
        if (builtIn != null) {
            return builtIn.apply(units);
        }
        Matcher own = OWN.matcher(name);
        Class<?> type = own.matches() ? type(own.group(1)) : null;
        InputException.unless(
                type != null, "--cell %s must be one of %s, or the name of a class on the class path", name, names());
        return own.group(2) == null && CellDefinition.class.isAssignableFrom(type)
                ? definition(name, type, own.group(3) == null ? "" : own.group(3), units)
                : method(name, type, own.group(2), units);
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    // ---- a class that defines a cell ----

    private static Recurrent<?, ?> definition(String name, Class<?> type, String options, int units) {
        List<String> given = options.isBlank()
                ? List.of()
                : Stream.of(options.split(",", -1)).map(String::strip).toList();
        InputException.unless(
                !Modifier.isAbstract(type.getModifiers()), "--cell %s must be a class of which one can be made", name);
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            Object[] arguments = arguments(constructor, given);
            if (arguments != null) {
                CellDefinition<?> made = (CellDefinition<?>) called(name, constructor, arguments);
                return layer(name, made, stateOf(type, CellDefinition.class), units);
            }
        }
        throw new InputException(
                "--cell %s must have a constructor for the %s options in its parentheses, each a number, a text or a truth"
                        + " value; it has %s",
                name, given.size(), Arrays.toString(type.getDeclaredConstructors()));
    }

    private static Object[] arguments(Constructor<?> constructor, List<String> given) {
        Class<?>[] types = constructor.getParameterTypes();
        if (types.length != given.size()) {
            return null;
        }
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = argument(types[i], given.get(i));
        }
        return Arrays.stream(arguments).allMatch(Objects::nonNull) ? arguments : null;
    }

    private static Object argument(Class<?> type, String text) {
        try {
            if (type == double.class) {
                return Double.valueOf(text);
            }
            if (type == int.class) {
                return Integer.valueOf(text);
            }
            if (type == long.class) {
                return Long.valueOf(text);
            }
        } catch (NumberFormatException e) {
            return null;
        }
        if (type == boolean.class) {
            return text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
        }
        return type == String.class ? text : null;
    }

    private static Object called(String name, Executable what, Object... arguments) {
        try {
            what.setAccessible(true);
            return what instanceof Constructor<?> constructor
                    ? constructor.newInstance(arguments)
                    : ((Method) what).invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new InputException("--cell %s cannot be made: %s", name, e.getCause());
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new InputException("--cell %s cannot be called: %s", name, e);
        }
    }

    // ---- a method that does ----

    private static Recurrent<?, ?> method(String name, Class<?> type, String called, int units) {
        List<Method> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(each -> Modifier.isStatic(each.getModifiers())
                        && !each.isSynthetic()
                        && (called == null || each.getName().equals(called))
                        && Cell.class.isAssignableFrom(each.getReturnType())
                        && Arrays.equals(each.getParameterTypes(), new Class<?>[] {Scope.class, int.class, int.class}))
                .toList();
        InputException.unless(
                methods.size() == 1,
                "--cell %s must be a rewind.nn.layer.CellDefinition, or have one static method%s of (Scope scope, int inputs,"
                        + " int units) that returns a Cell, it has %s",
                name,
                called == null ? "" : " " + called,
                methods.size());
        Method method = methods.get(0);
        CellDefinition<?> definition = (scope, inputs, width) -> cell(called(name, method, scope, inputs, width));
        Type result = method.getGenericReturnType();
        return layer(
                name,
                definition,
                result == method.getReturnType() ? stateOf(method.getReturnType(), Cell.class) : argument(result),
                units);
    }

    @SuppressWarnings("unchecked") // which state it has is read from its declaration
    private static Cell<Object> cell(Object made) {
        return (Cell<Object>) made;
    }

    // ---- states ----

    /** What a class implements an interface of: its state. */
    private static Type stateOf(Class<?> type, Class<?> of) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Type one : each.getGenericInterfaces()) {
                if (one instanceof ParameterizedType parameterized && parameterized.getRawType() == of) {
                    return argument(parameterized);
                }
            }
        }
        return Tensor.class;
    }

    private static Type argument(Type of) {
        return of instanceof ParameterizedType parameterized ? parameterized.getActualTypeArguments()[0] : Tensor.class;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // as declared
    private static Recurrent<?, ?> layer(String name, CellDefinition<?> definition, Type state, int units) {
        if (state == Tensor.class) {
            return Layers.recurrent((CellDefinition<Tensor>) definition, units);
        }
        InputException.unless(
                state instanceof Class<?> type && type.isRecord() && State.class.isAssignableFrom(type),
                "--cell %s must have a Tensor, or a record of tensors that is a State, as its state, got %s",
                name,
                state);
        Function zero = zeros -> {
            RecordComponent[] parts = ((Class<?>) state).getRecordComponents();
            return called(
                    name,
                    ((Class<?>) state).getDeclaredConstructors()[0],
                    Stream.generate(() -> zeros).limit(parts.length).toArray());
        };
        return Layers.recurrent((CellDefinition) definition, zero, units);
    }
}

package rewind.autograd.check.jqwik;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import rewind.autograd.Tensor;

/** An operation that programs may have: a public method of {@link Tensor}, how to draw arguments for it, and where it is smooth. */
final class Kind {
    private final String signature;
    private final Draw draw;
    private final Domain domain;
    private final boolean isStatic;
    private final MethodHandle method;

    Kind(String signature, Domain domain, Draw draw) {
        this.signature = signature;
        this.draw = draw;
        this.domain = domain;
        Method found = Arrays.stream(Tensor.class.getMethods())
                .filter(each -> signature(each).equals(signature) && !each.isSynthetic())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no operation " + signature));
        this.isStatic = Modifier.isStatic(found.getModifiers());
        this.method = handle(found);
    }

    /** Draws arguments among the values of a program; empty if none were found to fit. */
    @FunctionalInterface
    interface Draw {
        Optional<Arguments> from(Wiring values);
    }

    /** Arguments of a call, see {@link Step}. */
    record Arguments(int part, Object... values) {}

    private static MethodHandle handle(Method found) {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        MethodType type = MethodType.methodType(found.getReturnType(), found.getParameterTypes());
        try { // most are inherited from interfaces that are not public, so that they must be looked up here
            MethodHandle each = Modifier.isStatic(found.getModifiers())
                    ? lookup.findStatic(Tensor.class, found.getName(), type)
                    : lookup.findVirtual(Tensor.class, found.getName(), type);
            return each.asFixedArity()
                    .asSpreader(Object[].class, each.type().parameterCount())
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static String signature(Method method) {
        String parameters = Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", "));
        return method.getName() + "(" + (method.isVarArgs() ? parameters.replaceAll("\\[]$", "...") : parameters) + ")";
    }

    String signature() {
        return signature;
    }

    String name() {
        return signature.substring(0, signature.indexOf('('));
    }

    boolean isStatic() {
        return isStatic;
    }

    Domain domain() {
        return domain;
    }

    Optional<Step> draw(Wiring values) {
        return draw.from(values).map(arguments -> new Step(this, Arrays.asList(arguments.values()), arguments.part()));
    }

    Object call(Object... arguments) {
        try {
            return (Object) method.invokeExact(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e); // operations throw no checked exceptions
        }
    }
}

package rewind.autograd.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Kernels over {@code float[]} for tests that work on {@code double[]}: every array is rounded to floats before a call, and holds what
 * the kernel left in the floats after it. So one test, on numbers that are floats, is there for both types.
 */
final class FloatsAsDoubles {
    private FloatsAsDoubles() {}

    @SuppressWarnings("unchecked") // the proxy implements the interface, whose type parameter is erased
    static Kernels<double[]> of(Kernels<float[]> kernels) {
        return (Kernels<double[]>) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (proxy, method, arguments) -> call(kernels, method, arguments));
    }

    private static Object call(Kernels<float[]> kernels, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return method.invoke(kernels, arguments);
        }
        Map<double[], float[]> arrays = new IdentityHashMap<>();
        Object[] passed = arguments.clone();
        for (int i = 0; i < passed.length; i++) {
            // a parameter of type A is an Object here; one that is always a double[] stays what it is
            if (method.getParameterTypes()[i] == Object.class) {
                passed[i] = arrays.computeIfAbsent((double[]) passed[i], FloatsAsDoubles::floats);
            } else if (passed[i] instanceof Matmul<?> products) {
                passed[i] = new Matmul<>(
                        floats(products.a(), arrays),
                        floats(products.b(), arrays),
                        arrays.computeIfAbsent((double[]) products.c(), FloatsAsDoubles::floats),
                        products.co(),
                        products.accumulate(),
                        products.m(),
                        products.n(),
                        products.k());
            }
        }
        try {
            Object result = method.invoke(kernels, passed);
            arrays.forEach(FloatsAsDoubles::copyBack);
            return result instanceof float[] floats ? doubles(floats) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Matmul.Factors<float[]> floats(Matmul.Factors<?> factors, Map<double[], float[]> arrays) {
        List<float[]> floats = IntStream.range(0, factors.at().length)
                .mapToObj(i -> arrays.computeIfAbsent((double[]) factors.array(i), FloatsAsDoubles::floats))
                .toList();
        return new Matmul.Factors<>(floats, factors.at(), factors.layout());
    }

    private static float[] floats(double... x) {
        float[] floats = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            floats[i] = (float) x[i];
        }
        return floats;
    }

    private static double[] doubles(float... x) {
        double[] doubles = new double[x.length];
        copyBack(doubles, x);
        return doubles;
    }

    private static void copyBack(double[] x, float... floats) {
        for (int i = 0; i < x.length; i++) {
            x[i] = floats[i];
        }
    }
}

package rewind.autograd.reading;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;

/** Classes that were written as Java, compiled as they stand. */
public final class Compiled {
    private final ClassLoader loader;

    private Compiled(ClassLoader loader) {
        this.loader = loader;
    }

    /** Compiles sources by their class names. */
    public static Compiled of(Map<String, String> sources) {
        try {
            Path directory = Files.createTempDirectory("written");
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            StringWriter messages = new StringWriter();
            List<JavaFileObject> files = new ArrayList<>();
            sources.forEach((name, source) -> files.add(file(name, source)));
            List<String> options = List.of(
                    "-d",
                    directory.toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-proc:none",
                    "-Xlint:all,-processing,-path",
                    "-Werror");
            boolean compiles =
                    compiler.getTask(messages, null, null, options, null, files).call();
            if (!compiles) {
                throw new AssertionError(messages + "\n" + String.join("\n", sources.values()));
            }
            URL[] urls = {directory.toUri().toURL()};
            return new Compiled(new URLClassLoader(urls, Compiled.class.getClassLoader()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JavaFileObject file(String name, String source) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    /** The results for the inputs of the program. */
    @SuppressWarnings("unchecked") // as they are written
    public List<Tensor> results(String name, List<Tensor> in) {
        return (List<Tensor>) call(name, "of", new Class<?>[] {List.class}, in);
    }

    /** The gradients for the inputs of the function and a cotangent. */
    @SuppressWarnings("unchecked") // as they are written
    public List<Tensor> gradients(String name, List<Tensor> in, Tensor dy) {
        return (List<Tensor>) call(name, "gradients", new Class<?>[] {List.class, Tensor.class}, in, dy);
    }

    /** The adjoints of named values. */
    @SuppressWarnings("unchecked") // as they are written
    public Map<Trace.Name, Tensor> adjoints(String name, List<Tensor> in, Tensor dy) {
        return (Map<Trace.Name, Tensor>) call(name, "adjoints", new Class<?>[] {List.class, Tensor.class}, in, dy);
    }

    private Object call(String name, String method, Class<?>[] types, Object... arguments) {
        try {
            return loader.loadClass(name).getMethod(method, types).invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}

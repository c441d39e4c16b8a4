package rewind.autograd.text;

import java.util.Iterator;
import java.util.stream.Collectors;

/** Finds the line outside the engine that called an operation. */
public final class CallSite {
    private static final String ENGINE = "rewind.autograd.";
    private static final String CHECK = ENGINE + "check.";
    private static final String PROJECT = "rewind.";

    private CallSite() {}

    /** The calling line; if that is in a layer of this project, also the line that called the layer. */
    public static String find() {
        return StackWalker.getInstance()
                .walk(frames -> found(frames.filter(CallSite::outside).limit(64).iterator()));
    }

    private static String found(Iterator<StackWalker.StackFrame> outside) {
        if (!outside.hasNext()) {
            return "an unknown line";
        }
        StackWalker.StackFrame nearest = outside.next();
        StackWalker.StackFrame caller = nearest;
        while (isOfProject(caller) && outside.hasNext()) {
            caller = outside.next();
        }
        boolean further = isOfProject(nearest) && !isOfProject(caller);
        return nearest.toStackTraceElement() + (further ? " from " + caller.toStackTraceElement() : "");
    }

    private static boolean isOfProject(StackWalker.StackFrame frame) {
        return frame.getClassName().startsWith(PROJECT);
    }

    /** What identifies the calls that led to an operation: the same for every turn of a loop, another for every place in the code. */
    public static String key() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(CallSite::outside)
                        .limit(32)
                        .map(frame ->
                                frame.getClassName() + '.' + frame.getMethodName() + '@' + frame.getByteCodeIndex())
                        .collect(Collectors.joining(" ")));
    }

    private static boolean outside(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        boolean engine = name.startsWith(ENGINE) && !name.startsWith(CHECK);
        return !engine && !name.startsWith("java.") && !name.startsWith("jdk.");
    }
}

package rewind.autograd;

import java.util.List;
import java.util.stream.Collectors;
import rewind.autograd.memory.Lender;
import rewind.autograd.reverse.Recording;

/** Finds the line outside this package that called an operation. */
final class CallSite {
    private static final String PACKAGE = CallSite.class.getPackageName() + ".";
    private static final String SWEEP = Recording.class.getPackageName() + ".";
    private static final String MEMORY = Lender.class.getPackageName() + ".";
    private static final String PROJECT = "rewind.";

    private CallSite() {}

    /** The calling line; if that is in a layer of this project, also the line that called the layer. */
    static String find() {
        List<StackWalker.StackFrame> outside = StackWalker.getInstance()
                .walk(frames -> frames.filter(CallSite::outside).limit(64).toList());
        if (outside.isEmpty()) {
            return "an unknown line";
        }
        StackWalker.StackFrame nearest = outside.get(0);
        String caller = outside.stream()
                .filter(frame -> !frame.getClassName().startsWith(PROJECT))
                .limit(1)
                .map(frame -> " from " + frame.toStackTraceElement())
                .collect(Collectors.joining());
        return nearest.toStackTraceElement() + (nearest.getClassName().startsWith(PROJECT) ? caller : "");
    }

    /** What identifies the calls that led to an operation: the same for every turn of a loop, another for every place in the code. */
    static String key() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(CallSite::outside)
                        .limit(32)
                        .map(frame ->
                                frame.getClassName() + '.' + frame.getMethodName() + '@' + frame.getByteCodeIndex())
                        .collect(Collectors.joining(" ")));
    }

    private static boolean outside(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        boolean engine = name.startsWith(PACKAGE)
                && (name.indexOf('.', PACKAGE.length()) < 0 || name.startsWith(SWEEP) || name.startsWith(MEMORY));
        return !engine && !name.startsWith("java.") && !name.startsWith("jdk.");
    }
}

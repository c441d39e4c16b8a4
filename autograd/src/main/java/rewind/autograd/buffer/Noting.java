package rewind.autograd.buffer;

import java.util.function.Supplier;

/** The script that notes what a thread computes, for those who know something that it does not see. */
public final class Noting {
    private static final ThreadLocal<Script> OF_THREAD = new ThreadLocal<>();

    private Noting() {}

    /** Computes something that a script notes. */
    public static <T> T by(Script script, Supplier<T> computation) {
        Script around = OF_THREAD.get();
        OF_THREAD.set(script);
        try {
            return computation.get();
        } finally {
            if (around == null) {
                OF_THREAD.remove();
            } else {
                OF_THREAD.set(around);
            }
        }
    }

    /** Says that what is being computed cannot be done again; without meaning where nobody notes it. */
    public static void refuse(String why) {
        Script script = OF_THREAD.get();
        if (script != null) {
            script.refuse(why);
        }
    }
}

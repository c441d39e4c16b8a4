package rewind.autograd.kernel;

import java.lang.System.Logger.Level;

/**
 * Chooses, once at start-up, between the loops written with the Vector API and the plain ones.
 *
 * <p>The fast ones need the module {@code jdk.incubator.vector}, which has to be asked for on the command line: {@code
 * java --add-modules jdk.incubator.vector …}. Without it the plain loops run and one line of the log says so. The
 * system property {@code rewind.kernels=plain} chooses the plain loops although the module is there; {@code vector} is
 * what is done without it. Any other value is ignored, with a warning in the log.
 */
public final class KernelChoice {
    private static final String PROPERTY = "rewind.kernels";
    private static final String MODULE = "jdk.incubator.vector";

    private static final Kernels<double[]> FLOAT64;
    private static final Kernels<float[]> FLOAT32;
    private static final boolean VECTORISED;

    static {
        Both fast = wanted() ? vectorKernels() : null;
        VECTORISED = fast != null;
        Both chosen = VECTORISED ? fast : new Both(new F64Kernels(), new F32Kernels());
        FLOAT64 = chosen.float64;
        FLOAT32 = chosen.float32;
        log();
    }

    private record Both(Kernels<double[]> float64, Kernels<float[]> float32) {}

    private KernelChoice() {}

    /** The kernels over {@code double[]}. They have no state: any number of threads may use them. */
    public static Kernels<double[]> float64() {
        return FLOAT64;
    }

    /** The kernels over {@code float[]}, the same in kind; stateless too. */
    public static Kernels<float[]> float32() {
        return FLOAT32;
    }

    /** Whether the loops written with the Vector API are in use. */
    public static boolean vectorised() {
        return VECTORISED;
    }

    private static boolean wanted() {
        return !"plain".equals(System.getProperty(PROPERTY)) && modulePresent();
    }

    private static boolean modulePresent() {
        return ModuleLayer.boot()
                .findModule(MODULE)
                .filter(KernelChoice.class.getModule()::canRead)
                .isPresent();
    }

    private static Both vectorKernels() {
        try {
            return new Both(new F64VectorKernels(), new F32VectorKernels());
        } catch (NoClassDefFoundError e) {
            // a JDK whose incubating module has changed
            return null;
        }
    }

    private static void log() {
        System.Logger logger = System.getLogger("rewind.autograd");
        String wanted = System.getProperty(PROPERTY, "vector");
        if (!wanted.equals("plain") && !wanted.equals("vector")) {
            logger.log(Level.WARNING, "{0}: must be plain or vector, got \"{1}\"; it is ignored", PROPERTY, wanted);
        }
        if (VECTORISED) {
            logger.log(Level.DEBUG, "vector loops in use");
        } else if (modulePresent()) {
            logger.log(Level.DEBUG, "plain loops in use");
        } else {
            logger.log(
                    Level.INFO,
                    "plain loops in use; add --add-modules {0} to the java command for the fast ones",
                    MODULE);
        }
    }
}

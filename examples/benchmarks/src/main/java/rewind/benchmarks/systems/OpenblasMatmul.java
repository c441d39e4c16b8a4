package rewind.benchmarks.systems;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** OpenBLAS on one thread: {@code cblas_dgemm}, {@code cblas_sgemm} over memory outside the heap, into the same result every time. */
@State(Scope.Benchmark)
public class OpenblasMatmul {
    private static final int ROWS = openblas_nolapack.CblasRowMajor;
    private static final int AS_IS = openblas_nolapack.CblasNoTrans;

    /** See {@link MatmulShape}. */
    @Param("64x64x64")
    public String shape;

    /** See {@link Precision}. */
    @Param("FLOAT64")
    public String dtype;

    private MatmulShape n;
    private DoublePointer x64;
    private DoublePointer y64;
    private DoublePointer z64;
    private FloatPointer x32;
    private FloatPointer y32;
    private FloatPointer z32;

    /** Loads the library; returns why it cannot be used, or null. */
    public static String problem() {
        try {
            Loader.load(openblas_nolapack.class);
            return null;
        } catch (LinkageError | RuntimeException e) {
            return e.toString();
        }
    }

    /** Makes the matrices. */
    @Setup
    public void prepare() {
        org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads(1);
        n = MatmulShape.parse(shape);
        if (Precision.valueOf(dtype) == Precision.FLOAT64) {
            x64 = new DoublePointer(n.left());
            y64 = new DoublePointer(n.right());
            z64 = new DoublePointer((long) n.m() * n.n());
        } else {
            x32 = new FloatPointer(floats(n.left()));
            y32 = new FloatPointer(floats(n.right()));
            z32 = new FloatPointer((long) n.m() * n.n());
        }
    }

    private static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** X·Y. */
    @Benchmark
    public Pointer product() {
        if (x64 != null) {
            openblas_nolapack.cblas_dgemm(
                    ROWS, AS_IS, AS_IS, n.m(), n.n(), n.k(), 1, x64, n.k(), y64, n.n(), 0, z64, n.n());
            return z64;
        }
        openblas_nolapack.cblas_sgemm(
                ROWS, AS_IS, AS_IS, n.m(), n.n(), n.k(), 1, x32, n.k(), y32, n.n(), 0, z32, n.n());
        return z32;
    }
}

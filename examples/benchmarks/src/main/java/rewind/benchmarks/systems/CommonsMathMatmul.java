package rewind.benchmarks.systems;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The matrix product of Commons Math. */
@State(Scope.Benchmark)
public class CommonsMathMatmul {
    /** See {@link MatmulShape}. */
    @Param("64x64x64")
    public String shape;

    /** The only type that the library has. */
    @Param("FLOAT64")
    public String dtype;

    private RealMatrix x;
    private RealMatrix y;

    /** Makes the matrices. */
    @Setup
    public void prepare() {
        MatmulShape n = MatmulShape.parse(shape);
        x = new Array2DRowRealMatrix(rows(n.left(), n.m(), n.k()), false);
        y = new Array2DRowRealMatrix(rows(n.right(), n.k(), n.n()), false);
    }

    private static double[][] rows(double[] values, int rows, int columns) {
        double[][] matrix = new double[rows][columns];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, row * columns, matrix[row], 0, columns);
        }
        return matrix;
    }

    /** X·Y. */
    @Benchmark
    public Object product() {
        return x.multiply(y);
    }
}

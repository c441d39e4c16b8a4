package rewind.autograd.check.jqwik;

import java.util.Random;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import rewind.autograd.Tensor;

/** Random matrices Q₁·D·Q₂ of two rotations and given singular values. */
final class Matrices {
    private Matrices() {}

    static Tensor wellConditioned(Random random, int n, double condition) {
        double[] singular = new double[n];
        for (int i = 0; i < n; i++) { // a little inside, so that roundings do not lead out
            singular[i] = StrictMath.pow(condition, 0.999 * Generators.between(random, -0.5, 0.5));
        }
        RealMatrix diagonal = MatrixUtils.createRealDiagonalMatrix(singular);
        return Tensor.of(rotation(random, n).multiply(diagonal).multiply(rotation(random, n)));
    }

    static double condition(Tensor x) {
        return new SingularValueDecomposition(MatrixUtils.createRealMatrix(x.toRows())).getConditionNumber();
    }

    private static RealMatrix rotation(Random random, int n) {
        RealMatrix normal = MatrixUtils.createRealMatrix(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                normal.setEntry(i, j, random.nextGaussian());
            }
        }
        return new QRDecomposition(normal).getQ();
    }
}

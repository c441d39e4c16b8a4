package rewind.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.layer.Initializers.orthogonal;
import static rewind.nn.layer.Initializers.xavier;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.RealDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Near;
import rewind.nn.fixture.Replay;

/** The laws of the initializers, and the values that EpyNN draws from the same normal numbers. */
class InitializersTest {
    private static final Near NEAR = Near.within(1e-12, 1e-15);

    static List<Map<String, Object>> recorded() {
        return Json.objects(Json.resource("golden/functions.json").get("initialisers"));
    }

    static List<Map<String, Object>> recordedMatrices() {
        return recorded().stream()
                .filter(item -> item.containsKey("orthogonal"))
                .toList();
    }

    @Test
    void recordsAreThere() {
        assertThat(recorded()).hasSize(7);
        assertThat(recordedMatrices()).hasSize(6);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void xavierAsRecorded(Map<String, Object> item) {
        Replay rng = new Replay(Json.tensor(item.get("normal")).toArray());

        Tensor drawn = xavier().draw(rng, Shape.of(Json.ints(item.get("shape"))));

        NEAR.verify("xavier", drawn, Json.tensor(item.get("xavier")));
        assertThat(rng.left()).isZero();
    }

    @ParameterizedTest
    @MethodSource("recordedMatrices")
    void orthogonalAsRecorded(Map<String, Object> item) {
        Tensor normal = Json.tensor(item.get("normal"));
        Tensor expected = Json.tensor(item.get("orthogonal"));

        NEAR.verify("of the draw", Initializers.orthonormal(normal), expected);
        NEAR.verify("drawn", orthogonal().draw(new Replay(normal.toArray()), normal.shape()), expected);
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "400, 20", "20, 400", "10000, 1"})
    void xavierIsNormal(int rows, int columns) {
        double deviation = Math.sqrt(2.0 / (rows + columns));
        double[] drawn =
                xavier().draw(new Well19937c(1), Shape.of(rows, columns)).toArray();

        assertThat(pValue(new NormalDistribution(0, deviation), drawn)).isGreaterThan(1e-3);
        double[] scaled = Arrays.stream(drawn).map(x -> x * Math.sqrt(2)).toArray();
        assertThat(pValue(new NormalDistribution(0, deviation), scaled))
                .as("the test has the power to see another deviation")
                .isLessThan(1e-9);
        double[] uniform = Tensor.uniform(new Well19937c(1), -1, 1, drawn.length)
                .mul(deviation * Math.sqrt(3))
                .toArray();
        assertThat(pValue(new NormalDistribution(0, deviation), uniform))
                .as("the test has the power to see another law")
                .isLessThan(1e-9);
    }

    @Test
    void xavierCountsAllAxes() {
        double[] drawn = xavier().draw(new Well19937c(1), Shape.of(40, 20, 20)).toArray();

        assertThat(Math.sqrt(StatUtils.variance(drawn)))
                .isCloseTo(Math.sqrt(2.0 / 80), within(5 * Math.sqrt(2.0 / 80) / Math.sqrt(2.0 * drawn.length)));
        assertThat(StatUtils.mean(drawn)).isCloseTo(0, within(5 * Math.sqrt(2.0 / 80) / Math.sqrt(drawn.length)));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void orthogonalHasOrthonormalRowsOrColumns(
            @ForAll @IntRange(min = 1, max = 12) int rows,
            @ForAll @IntRange(min = 1, max = 12) int columns,
            @ForAll long seed) {
        Tensor q = orthogonal().draw(new Well19937c(seed), Shape.of(rows, columns));

        Tensor product = rows >= columns ? q.transpose().matmul(q) : q.matmul(q.transpose());
        Near.within(0, 1e-12).verify("product", product, Tensor.eye(Math.min(rows, columns)));
    }

    /** The decomposition with R's diagonal positive is unique: it is that of Gram and Schmidt. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void orthogonalIsGramSchmidtOfTheDraw(
            @ForAll @IntRange(min = 1, max = 8) int rows,
            @ForAll @IntRange(min = 1, max = 8) int columns,
            @ForAll long seed) {
        Tensor normal = Tensor.randn(new Well19937c(seed), rows, columns);
        boolean wide = rows < columns;

        double[][] q =
                gramSchmidt((wide ? normal.transpose() : normal).transpose().toRows());

        Tensor expected = Tensor.of(q);
        Near.within(1e-9, 0).verify("Q", Initializers.orthonormal(normal), wide ? expected : expected.transpose());
    }

    /** Makes the vectors orthonormal, one after the other; twice, for accuracy. */
    private static double[][] gramSchmidt(double[][] vectors) {
        for (int repeat = 0; repeat < 2; repeat++) {
            for (int k = 0; k < vectors.length; k++) {
                for (int j = 0; j < k; j++) {
                    double along = product(vectors[k], vectors[j]);
                    for (int i = 0; i < vectors[k].length; i++) {
                        vectors[k][i] -= along * vectors[j][i];
                    }
                }
                double norm = Math.sqrt(product(vectors[k], vectors[k]));
                for (int i = 0; i < vectors[k].length; i++) {
                    vectors[k][i] /= norm;
                }
            }
        }
        return vectors;
    }

    private static double product(double[] left, double[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }

    /** On the sphere in three dimensions every coordinate is uniform on [−1, 1] (Archimedes), and half of all matrices reflect. */
    @Test
    void orthogonalIsUniformlyDistributed() {
        RandomGenerator rng = new Well19937c(2);
        double[][] entries = new double[9][400];
        int reflections = 0;
        for (int draw = 0; draw < 400; draw++) {
            double[] q = orthogonal().draw(rng, Shape.of(3, 3)).toArray();
            for (int i = 0; i < 9; i++) {
                entries[i][draw] = q[i];
            }
            reflections += determinant(q) < 0 ? 1 : 0;
        }

        for (int i = 0; i < 9; i++) {
            assertThat(pValue(new UniformRealDistribution(-1, 1), entries[i]))
                    .as("entry %s", i)
                    .isGreaterThan(1e-3);
        }
        assertThat(Arrays.stream(entries[0]).filter(x -> x < 0).count()).isBetween(150L, 250L); // 5 deviations
        assertThat(reflections).isBetween(150, 250);
    }

    private static double determinant(double[] q) {
        return q[0] * (q[4] * q[8] - q[5] * q[7])
                - q[1] * (q[3] * q[8] - q[5] * q[6])
                + q[2] * (q[3] * q[7] - q[4] * q[6]);
    }

    @Test
    void constants() {
        assertThat(Initializers.zeros().draw(new Replay(), Shape.of(2, 3)).toArray())
                .containsOnly(0)
                .hasSize(6);
        assertThat(Initializers.constant(2.5).draw(new Replay(), Shape.of(4)).toArray())
                .containsOnly(2.5)
                .hasSize(4);
    }

    @Test
    void emptyParameters() {
        assertThat(xavier().draw(new Well19937c(1), Shape.of(0, 3)).shape()).isEqualTo(Shape.of(0, 3));
        assertThat(orthogonal().draw(new Well19937c(1), Shape.of(0, 3)).shape()).isEqualTo(Shape.of(0, 3));
    }

    private static double pValue(RealDistribution law, double[] sample) {
        return new KolmogorovSmirnovTest().kolmogorovSmirnovTest(law, sample);
    }
}

package rewind.benchmarks.gradbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an eval says of derivatives, beside differences of what it says of values. */
class DerivativesTest {
    private static final double STEP = 1e-5;
    private static final int TRIES = 5;

    private final Random random = new Random(11);

    /** An input as a function of the numbers that a derivative is by. */
    private interface Problem {
        Map<String, Object> input(double... variables);
    }

    @Test
    void logSumExp() {
        check("lse", "primal", "gradient", 6, x -> Map.of("x", list(x)));
    }

    @Test
    void leastSquares() {
        check("llsq", "primal", "gradient", 4, x -> Map.of("x", list(x), "n", 9.0));
    }

    @Test
    void determinant() {
        check("det", "primal", "gradient", 16, x -> Map.of("A", list(x), "ell", 4.0));
    }

    @Test
    void differentialEquation() {
        check("ode", "primal", "gradient", 5, x -> Map.of("x", list(x), "s", 3.0));
    }

    @Test
    void gaussianMixture() {
        List<Object> data = matrix(4, numbers(12));
        check("gmm", "objective", "jacobian", 20, x -> {
            Map<String, Object> input = new TreeMap<>(Map.of("d", 3.0, "k", 2.0, "n", 4.0, "x", data, "m", 1.0));
            input.put("gamma", 0.8);
            input.put("alpha", list(Arrays.copyOfRange(x, 0, 2)));
            input.put(
                    "l",
                    matrix(
                            2,
                            Arrays.copyOfRange(
                                    x, 2, 8))); // in the order of the names, as they are read from the output
            input.put("mu", matrix(2, Arrays.copyOfRange(x, 8, 14)));
            input.put("q", matrix(2, Arrays.copyOfRange(x, 14, 20)));
            return input;
        });
    }

    @Test
    void lstm() {
        List<Object> state = matrix(4, numbers(8));
        List<Object> sequence = matrix(5, numbers(10));
        check(
                "lstm",
                "objective",
                "jacobian",
                38,
                x -> Map.of(
                        "main_params",
                        matrix(4, Arrays.copyOfRange(x, 0, 32)),
                        "extra_params",
                        matrix(3, Arrays.copyOfRange(x, 32, 38)),
                        "state",
                        state,
                        "sequence",
                        sequence));
    }

    @Test
    void bundleAdjustment() {
        Problem problem = x -> Map.of(
                "n",
                1.0,
                "m",
                1.0,
                "p",
                1.0,
                "cam",
                list(Arrays.copyOfRange(x, 0, 11)),
                "x",
                list(x[11], x[12], x[13] + 5),
                "w",
                x[14],
                "feat",
                list(0.3, -0.2));
        check("ba", "objective", "jacobian", 15, problem);
        double[] unturned = numbers(15);
        Arrays.fill(unturned, 0, 3, 0);
        check("ba", "objective", "jacobian", problem, unturned);
    }

    /** Every hand of the reference, mirrored ones too: coordinates of all points are moved at once, of which each moves its own alone. */
    @Test
    void handTracking() throws IOException {
        for (Map<String, Object> each : References.of("ht", "objective")) {
            Map<String, Object> input = new TreeMap<>(References.input(each));
            double[] theta = numbers(input.get("theta"));
            double[] us = numbers(input.get("us"));
            int coordinates = us.length == 0 ? 0 : 2;
            double[] at = new double[coordinates + theta.length]; // how far the coordinates are moved, and theta
            System.arraycopy(theta, 0, at, coordinates, theta.length);
            check(
                    "ht",
                    "objective",
                    "jacobian",
                    x -> {
                        input.put("theta", list(Arrays.copyOfRange(x, coordinates, x.length)));
                        double[] moved = us.clone();
                        Arrays.setAll(moved, i -> us[i] + x[i % 2]);
                        input.put("us", moved.length == 0 ? List.of() : matrix(moved.length / 2, moved));
                        return input;
                    },
                    at);
        }
    }

    /** The step of Newton's method from differences: f' / f''. */
    @Test
    void kMeans() {
        double h = 1e-4;
        Map<String, Object> points = Map.of("points", matrix(20, numbers(60)));
        Problem problem = x -> {
            Map<String, Object> input = new TreeMap<>(points);
            input.put("centroids", matrix(3, x));
            return input;
        };
        double[] at = {-0.5, -0.5, -0.5, 0.5, 0.4, 0.3, 0.1, -0.1, 0.2};
        double[] step = evaluate("kmeans", "dir", problem, at);
        double here = evaluate("kmeans", "cost", problem, at)[0];
        for (int i = 0; i < at.length; i++) {
            double up = evaluate("kmeans", "cost", problem, moved(at, i, h))[0];
            double down = evaluate("kmeans", "cost", problem, moved(at, i, -h))[0];
            double expected = (up - down) / (2 * h) / ((up - 2 * here + down) / (h * h));
            assertThat(step[i]).isCloseTo(expected, within(1e-5));
        }
    }

    private void check(String module, String value, String derivative, int variables, Problem problem) {
        for (int i = 0; i < TRIES; i++) {
            check(module, value, derivative, problem, numbers(variables));
        }
    }

    private static void check(String module, String value, String derivative, Problem problem, double[] at) {
        double[] jacobian = evaluate(module, derivative, problem, at);
        for (int i = 0; i < at.length; i++) {
            double[] up = evaluate(module, value, problem, moved(at, i, STEP));
            double[] down = evaluate(module, value, problem, moved(at, i, -STEP));
            int rows = jacobian.length / at.length; // of several values the last ones, where fewer are differentiated
            for (int row = 0; row < rows; row++) {
                int element = up.length - rows + row;
                double expected = (up[element] - down[element]) / (2 * STEP);
                assertThat(jacobian[row * at.length + i])
                        .as("%s, element %s by number %s", module, row, i)
                        .isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    private static double[] evaluate(String module, String function, Problem problem, double[] at) {
        Input input = new Input(problem.input(at.clone()));
        Object output = Evals.function(module, function).apply(input).result(new Runs(input));
        if (module.equals("ba")) {
            Map<?, ?> parts = (Map<?, ?>) output;
            return function.equals("objective")
                    ? numbers(((Map<?, ?>) parts.get("reproj_error")).get("elements"))
                    : Arrays.copyOf(numbers(parts.get("vals")), 30);
        }
        return numbers(output);
    }

    /** All numbers of arrays of arrays, or of the parts of an object by the order of their names. */
    private static double[] numbers(Object output) {
        if (output instanceof Double number) {
            return new double[] {number};
        }
        if (output instanceof double[] numbers) {
            return numbers;
        }
        Collection<?> parts = output instanceof Map<?, ?> map
                ? new TreeMap<>(map).values()
                : output instanceof List<?> list ? list : Arrays.asList((Object[]) output);
        return parts.stream()
                .flatMapToDouble(each -> Arrays.stream(numbers(each)))
                .toArray();
    }

    private double[] numbers(int count) {
        return random.doubles(count, -1, 1).toArray();
    }

    private static double[] moved(double[] at, int i, double by) {
        double[] moved = at.clone();
        moved[i] += by;
        return moved;
    }

    private static List<Object> list(double... numbers) {
        return Arrays.stream(numbers).<Object>mapToObj(each -> each).toList();
    }

    private static List<Object> matrix(int rows, double... numbers) {
        int columns = numbers.length / rows;
        return IntStream.range(0, rows)
                .<Object>mapToObj(i -> list(Arrays.copyOfRange(numbers, i * columns, (i + 1) * columns)))
                .toList();
    }
}

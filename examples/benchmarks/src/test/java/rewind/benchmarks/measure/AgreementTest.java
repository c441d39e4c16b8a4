package rewind.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.benchmarks.systems.CellKind;
import rewind.benchmarks.systems.Learner;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.Problem;
import rewind.benchmarks.systems.RewindLearner;
import rewind.benchmarks.systems.Sizes;

class AgreementTest {
    private static Learner.Outcome outcome(double output, double gradient) {
        return new Learner.Outcome(new double[] {output, 4}, Map.of("bias_ih_l0", new double[] {gradient, -8}));
    }

    @Test
    void isTheLargestRelativeDifference() {
        assertThat(Agreement.verify("lstm", outcome(1.5, 2.25), outcome(1, 2), 1))
                .isEqualTo(0.125);
        assertThat(Agreement.verify("lstm", outcome(1, 4), outcome(1, 2), 1)).isEqualTo(0.25);
    }

    @Test
    void aDifferenceIsRefused() {
        assertThatThrownBy(() -> Agreement.verify("lstm", outcome(1, 2.001), outcome(1, 2), 1e-5))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("lstm: gradient of bias_ih_l0 differ by 1.25e-04 of the largest element, more than 1e-05");
        assertThatThrownBy(() -> Agreement.verify("lstm", outcome(1.001, 2), outcome(1, 2), 1e-5))
                .hasMessageStartingWith("lstm: outputs differ by 2.50e-04");
    }

    @Test
    void whatIsNotANumberIsRefused() {
        assertThatThrownBy(() -> Agreement.verify("lstm", outcome(Double.NaN, 2), outcome(1, 2), 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Agreement.verify("lstm", outcome(1, 2), outcome(1, Double.NaN), 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void missingGradientsAreRefused() {
        Learner.Outcome none = new Learner.Outcome(new double[] {1, 4}, Map.of());
        assertThatThrownBy(() -> Agreement.verify("lstm", none, outcome(1, 2), 1))
                .hasMessage("lstm: gradients of [] and of [bias_ih_l0] must be of the same weights");
    }

    /** A weight of this library's layer lands where PyTorch's does: the loss Σ outputs² falls along the gradient as it should. */
    @ParameterizedTest
    @EnumSource
    void gradientsAreThoseOfTheLoss(CellKind kind) {
        Problem problem = Problem.drawn(kind, new Sizes(2, 3, 2, 3), Precision.FLOAT64);
        Map<String, double[]> gradients = new RewindLearner(problem).outcome().gradients();
        double h = 1e-6;
        problem.weights().forEach((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                double value = values[i];
                values[i] = value + h;
                double above = loss(problem);
                values[i] = value - h;
                double below = loss(problem);
                values[i] = value;
                assertThat(gradients.get(name)[i]).as(name).isCloseTo((above - below) / (2 * h), within(1e-8));
            }
        });
    }

    private static double loss(Problem problem) {
        double sum = 0;
        for (double output : new RewindLearner(problem).outcome().outputs()) {
            sum += output * output;
        }
        return sum;
    }
}

package rewind.benchmarks.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.benchmarks.measure.Agreement;

class Dl4jLearnerTest {
    private static final Sizes SIZES = new Sizes(3, 5, 2, 4);

    @ParameterizedTest
    @EnumSource
    void computesWhatRewindDoes(Precision precision) {
        for (CellKind kind : CellKind.values()) {
            if (Dl4j.missing(kind) == null) {
                Problem problem = Problem.drawn(kind, SIZES, precision);
                try (Learner dl4j = new Dl4jLearner(problem)) {
                    dl4j.step(); // which leaves nothing behind
                    Learner.Outcome own = new RewindLearner(problem).outcome();
                    assertThat(Agreement.verify(kind.name(), own, dl4j.outcome(), precision.tolerance()))
                            .isNotNegative();
                }
            }
        }
    }

    @Test
    void thereIsNoGru() {
        Problem problem = Problem.drawn(CellKind.GRU, SIZES, Precision.FLOAT64);
        assertThatThrownBy(() -> new Dl4jLearner(problem)).hasMessageStartingWith("it has no GRU");
    }
}

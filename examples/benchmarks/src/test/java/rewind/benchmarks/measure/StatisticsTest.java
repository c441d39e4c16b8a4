package rewind.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void median() {
        assertThat(Statistics.median(5)).isEqualTo(5);
        assertThat(Statistics.median(9, 1, 5)).isEqualTo(5);
        assertThat(Statistics.median(9, 1, 5, 7)).isEqualTo(6);
    }

    @Test
    void medianLeavesItsArgumentAlone() {
        double[] values = {3, 1, 2};
        Statistics.median(values);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void lowerQuartile() {
        assertThat(Statistics.lowerQuartile(5)).isEqualTo(5);
        assertThat(Statistics.lowerQuartile(9, 1, 5, 7)).isEqualTo(1);
        assertThat(Statistics.lowerQuartile(8, 7, 6, 5, 4, 3, 2, 1)).isEqualTo(2);
    }

    @Test
    void geometricMean() {
        assertThat(Statistics.geometricMean(List.of(2.0, 8.0))).isCloseTo(4, within(1e-12));
        assertThat(Statistics.geometricMean(List.of(0.5, 2.0))).isCloseTo(1, within(1e-12));
        assertThat(Statistics.geometricMean(List.of())).isNaN();
    }
}

package rewind.nn.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Metrics.accuracy;
import static rewind.nn.Metrics.fScore;
import static rewind.nn.Metrics.negativePredictiveValue;
import static rewind.nn.Metrics.precision;
import static rewind.nn.Metrics.recall;
import static rewind.nn.Metrics.specificity;
import static rewind.nn.loss.MetricsTest.classOf;
import static rewind.nn.loss.MetricsTest.same;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.nn.fixture.Json;

/** Metrics against the values that EpyNN gave. */
final class RecordedMetric {
    private RecordedMetric() {}

    public static void verify(Map<String, Object> recorded) {
        accuracyFollowsEpyNN(recorded);
        ratiosFollowEpyNN(recorded);
    }

    private static void accuracyFollowsEpyNN(Map<String, Object> recorded) {
        Tensor output = Json.tensor(recorded.get("A"));
        Tensor target = Json.tensor(recorded.get("Y"));
        List<Boolean> right = booleans(recorded.get("accuracy"));

        double expected =
                right.stream().mapToInt(each -> each ? 1 : 0).average().orElseThrow();
        assertThat(accuracy().of(output, target)).isCloseTo(expected, within(1e-12));
        for (int i = 0; i < right.size(); i++) {
            assertThat(accuracy().of(output.gather(i), target.gather(i)))
                    .as("sample %s", i)
                    .isEqualTo(right.get(i) ? 1 : 0);
        }
    }

    /**
     * EpyNN's positive class is 0 and its negative class 1: with more classes it leaves out the samples that are, or are taken for, another
     * one. Here they count as negative, and so they are taken out before comparing.
     */
    private static void ratiosFollowEpyNN(Map<String, Object> recorded) {
        Tensor allOutputs = Json.tensor(recorded.get("A"));
        Tensor allTargets = Json.tensor(recorded.get("Y"));
        int[] ofTwoClasses = IntStream.range(0, allOutputs.size(0))
                .filter(i -> classOf(allOutputs, i) <= 1 && classOf(allTargets, i) <= 1)
                .toArray();
        Tensor output = allOutputs.gather(ofTwoClasses);
        Tensor target = allTargets.gather(ofTwoClasses);

        same(recall(0).of(output, target), recorded.get("recall"));
        same(precision(0).of(output, target), recorded.get("precision"));
        same(fScore(0).of(output, target), recorded.get("fscore"));
        same(specificity(0).of(output, target), recorded.get("specificity"));
        same(negativePredictiveValue(0).of(output, target), recorded.get("NPV"));
    }

    private static List<Boolean> booleans(Object nested) {
        return Json.list(nested).stream()
                .map(each -> each instanceof List<?> column ? column.get(0) : each)
                .map(Boolean.class::cast)
                .toList();
    }
}

package rewind.nn;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * Recorded values of training and of its parts. What is not compared here yet is shown as skipped, so that it is not taken for compared.
 */
final class RecordedTraining {
    private RecordedTraining() {}

    /** Whole runs of EpyNN: cases of batches, learning rates, losses and parameters. */
    static Stream<? extends DynamicNode> tests(Map<String, Object> file) {
        return Json.objects(file.get("cases")).stream()
                .map(each -> dynamicTest((String) each.get("name"), () -> new RecordedRun(each).verify()));
    }

    /** Steps of ML-From-Scratch's optimizers; those among the resources are compared in RecordedOptimizersTest. */
    static Stream<? extends DynamicNode> optimizers(List<Map<String, Object>> recorded) {
        return notYet("optimizer", recorded);
    }

    /** Values and gradients of EpyNN's losses. */
    static Stream<? extends DynamicNode> losses(List<Map<String, Object>> recorded) {
        return recorded.stream()
                .map(each -> dynamicTest(each.get("loss") + " " + each.get("tag"), () -> RecordedLoss.verify(each)));
    }

    /** Learning rates of EpyNN's schedules; those among the resources are compared in SchedulesTest. */
    static Stream<? extends DynamicNode> schedules(List<Map<String, Object>> recorded) {
        return notYet("schedule", recorded);
    }

    /** EpyNN's metrics; those among the resources are compared in MetricsTest. */
    static Stream<? extends DynamicNode> metrics(List<Map<String, Object>> recorded) {
        return notYet("metric", recorded);
    }

    /** EpyNN's encoding, scaling, splitting and batching of data. */
    static Stream<? extends DynamicNode> data(Map<String, Object> recorded) {
        return notYet("data", List.of(recorded));
    }

    private static Stream<DynamicTest> notYet(String what, List<Map<String, Object>> recorded) {
        return Stream.of(
                dynamicTest(what, () -> Assumptions.abort(recorded.size() + " records are not compared here yet")));
    }
}

package rewind.nn.recorded;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import rewind.nn.fixture.Json;

/** Recorded values of training and of its parts, each record as a test. */
public final class RecordedTraining {
    private RecordedTraining() {}

    /** Whole runs of EpyNN: cases of batches, learning rates, losses and parameters. */
    public static Stream<? extends DynamicNode> tests(Map<String, Object> file) {
        return Json.objects(file.get("cases")).stream()
                .map(each -> dynamicTest((String) each.get("name"), () -> new RecordedRun(each).verify()));
    }

    /** Steps of ML-From-Scratch's optimizers. */
    public static Stream<? extends DynamicNode> optimizers(List<Map<String, Object>> recorded) {
        return each(recorded, "optimizer", RecordedOptimizer::verify);
    }

    /** Values and gradients of EpyNN's losses. */
    public static Stream<? extends DynamicNode> losses(List<Map<String, Object>> recorded) {
        return recorded.stream()
                .map(each -> dynamicTest(each.get("loss") + " " + each.get("tag"), () -> RecordedLoss.verify(each)));
    }

    /** Learning rates of EpyNN's schedules. */
    public static Stream<? extends DynamicNode> schedules(List<Map<String, Object>> recorded) {
        return recorded.stream()
                .map(each -> dynamicTest(String.valueOf(each.get("hparams")), () -> RecordedSchedule.verify(each)));
    }

    /** EpyNN's metrics. */
    public static Stream<? extends DynamicNode> metrics(List<Map<String, Object>> recorded) {
        return each(recorded, "tag", RecordedMetric::verify);
    }

    /** EpyNN's encoding, scaling, splitting and batching of data. */
    public static Stream<? extends DynamicNode> data(Map<String, Object> recorded) {
        return Stream.of(dynamicTest("data", () -> RecordedData.verify(recorded)));
    }

    private static Stream<DynamicTest> each(
            List<Map<String, Object>> recorded, String name, Consumer<Map<String, Object>> verify) {
        return recorded.stream().map(each -> dynamicTest(String.valueOf(each.get(name)), () -> verify.accept(each)));
    }
}

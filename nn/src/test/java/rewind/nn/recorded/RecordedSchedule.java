package rewind.nn.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Schedules.exponential;
import static rewind.nn.Schedules.linear;
import static rewind.nn.Schedules.steady;

import java.util.Map;
import rewind.nn.fixture.Json;
import rewind.nn.optimize.Schedule;

/** Learning rates against those that EpyNN gave. */
final class RecordedSchedule {
    private RecordedSchedule() {}

    public static void verify(Map<String, Object> recorded) {
        Map<String, Object> options = Json.object(recorded.get("hparams"));
        double[] expected = Json.tensor(recorded.get("lrate")).toArray();
        int epochs = (int) Json.number(recorded.get("epochs"));

        Schedule schedule = schedule(options);
        double learningRate = Json.number(options.get("learning_rate"));

        assertThat(expected).hasSize(epochs);
        for (int x = 0; x < epochs; x++) {
            assertThat(schedule.at(learningRate, x, epochs))
                    .as("epoch %s", x)
                    .isCloseTo(expected[x], within(1e-12 * expected[x]));
        }
    }

    private static Schedule schedule(Map<String, Object> options) {
        double decay = Json.number(options.get("decay_k"));
        double descent = Json.number(options.get("cycle_descent"));
        int cycle = (int) Json.number(options.get("cycle_epochs"));
        return switch ((String) options.get("schedule")) {
            case "steady" -> steady();
            case "exp_decay" -> exponential(decay, descent, cycle);
            // EpyNN's default of k depends on the cycle even here, where there are no cycles
            case "lin_decay" -> linear(decay == 0 && cycle > 0 ? 5.0 / cycle : decay);
            default -> throw new IllegalArgumentException("unknown schedule in " + options);
        };
    }
}

package rewind.nn.optimize;

import java.util.Locale;
import rewind.nn.layer.Parameters;

/**
 * What a {@link Minimizer} found.
 *
 * @param parameters those of the least loss
 * @param value the loss
 * @param iterations how many steps were done
 * @param evaluations how often the loss was computed, with or without its gradient
 * @param converged whether it ended because no better parameters were to be expected, and not by a limit
 * @param ending why it ended
 */
public record Minimum(
        Parameters parameters, double value, long iterations, long evaluations, boolean converged, String ending) {
    /** Returns the value and how it was found. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "Minimum %s after %d iterations and %d evaluations: %s",
                value,
                iterations,
                evaluations,
                ending);
    }
}

package rewind.nn.recurrent;

import java.util.List;
import java.util.Map;
import rewind.nn.layer.Activation;

/**
 * What must be known of a built-in recurrent layer to store it as other systems do.
 *
 * @param kind rnn, gru or lstm
 * @param gates the gates in the order of their stack; one without a name if the parameters are no stacks
 * @param bias whether there is b
 * @param resetAfter whether it is the GRU with a second bias chh of the candidate hh
 * @param activations by gate, and those of the state under {@code h} or {@code C}
 */
public record CellForm(
        String kind, List<String> gates, boolean bias, boolean resetAfter, Map<String, Activation> activations) {
    /** Whether U, V and b have an axis of gates. */
    public boolean stacked() {
        return gates.size() > 1;
    }
}

package rewind.nn.exchange;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;
import rewind.nn.recurrent.Gates.CellForm;

/**
 * The weights of one direction of a recurrent layer, gate by gate in some system's order, with the two biases that most systems have.
 *
 * @param input (gates, features, units)
 * @param recurrent (gates, units, units)
 * @param inputBias (gates, 1, units), or null for none
 * @param recurrentBias (gates, 1, units), or null for none
 */
record GateWeights(Tensor input, Tensor recurrent, Tensor inputBias, Tensor recurrentBias) {
    /** The name of the gate that has both biases in the GRU that resets after the recurrent product. */
    private static final String CANDIDATE = "hh";

    /**
     * Takes one direction out of parameters.
     *
     * @param prefix the beginning of the parameters' names
     * @param order the gates in the order wanted
     * @param gradients whether these are gradients: that of a sum reaches both biases, while a bias goes into the first of them
     */
    static GateWeights of(Parameters parameters, String prefix, CellForm form, List<String> order, boolean gradients) {
        Tensor input = gates(parameters, prefix + "U", order);
        Tensor recurrent = gates(parameters, prefix + "V", order);
        if (!form.gates().biased()) {
            return new GateWeights(input, recurrent, null, null);
        }
        Tensor bias = gates(parameters, prefix + "b", order);
        Tensor second = gradients ? bias : Tensor.zeros(bias.dtype(), bias.shape());
        if (form.resetAfter()) {
            List<Tensor> parts = second.unstack(0);
            parts.set(order.indexOf(CANDIDATE), parameters.get(prefix + "chh"));
            second = Tensor.stack(0, parts);
        }
        return new GateWeights(input, recurrent, bias, second);
    }

    private static Tensor gates(Parameters parameters, String name, List<String> order) {
        return Tensor.stack(
                0, order.stream().map(gate -> parameters.get(name + gate)).toList());
    }

    /** Returns the parameters with this direction put in; the inverse of {@link #of}, up to the sum of the biases. */
    Parameters into(Parameters parameters, String prefix, CellForm form, List<String> order) {
        Parameters changed = parameters
                .with(prefix + "U", stack(input, form, order))
                .with(prefix + "V", stack(recurrent, form, order));
        if (!form.gates().biased()) {
            Check.that(
                    inputBias == null && recurrentBias == null,
                    "%s: the layer must have a bias, as the weights have one",
                    form.kind());
            return changed;
        }
        Tensor first = orZeros(inputBias);
        Tensor second = orZeros(recurrentBias);
        if (!form.resetAfter()) {
            return changed.with(prefix + "b", stack(first.add(second), form, order));
        }
        List<Tensor> sums = new ArrayList<>(first.add(second).unstack(0));
        int candidate = order.indexOf(CANDIDATE);
        sums.set(candidate, first.select(0, candidate));
        return changed.with(prefix + "b", stack(Tensor.stack(0, sums), form, order))
                .with(prefix + "chh", second.select(0, candidate));
    }

    private Tensor orZeros(Tensor bias) {
        return bias != null ? bias : Tensor.zeros(input.dtype(), Shape.of(input.size(0), 1, input.size(2)));
    }

    private static Tensor stack(Tensor weights, CellForm form, List<String> order) {
        return form.gates().stacked()
                ? Tensor.stack(
                        0,
                        form.gates().names().stream()
                                .map(gate -> weights.select(0, order.indexOf(gate)))
                                .toList())
                : weights.select(0, 0);
    }
}

package rewind.nn.exchange;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.feedforward.TiedDense;
import rewind.nn.layer.Parameters;

/**
 * A dense layer with the table of another one. PyTorch lists the table again, as {@code weight}; files that hold what is shared once, and
 * Keras, have the bias alone.
 */
record TiedTensors(String system, TiedDense layer) implements LayerTensors {
    private static final String TABLE = "weight";

    @Override
    public Parameters read(ForeignTensors tensors, Parameters model, String prefix) {
        Tensor table = model.get(table(model, prefix));
        if (tensors.has(TABLE)) {
            Tensor again = tensors.take(TABLE, table.shape().toArray());
            Check.that(
                    Arrays.equals(again.to(table.dtype()).toArray(), table.toArray()),
                    "%s: the weight of tiedDense must be that of %s, with which it is tied, got other numbers; use dense for one of its own",
                    system,
                    layer.parameter());
        }
        Parameters changed = model;
        if (layer.bias()) {
            int units = table.size(0);
            Tensor bias = tensors.has("bias") ? tensors.take("bias", units) : Tensor.zeros(units);
            changed = changed.with(prefix + "b", bias.reshape(1, units));
        }
        tensors.requireAllTaken(name -> true);
        return changed;
    }

    @Override
    public Map<String, Tensor> write(Parameters parameters, String prefix, boolean gradients) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (system.equals("pytorch")) {
            tensors.put(TABLE, parameters.get(table(parameters, prefix)));
        }
        if (layer.bias()) {
            Tensor bias = parameters.get(prefix + "b");
            tensors.put("bias", bias.reshape(bias.size()));
        }
        return tensors;
    }

    /** The whole name of the table, which may be told from any layer on that this one lies in. */
    private String table(Parameters model, String prefix) {
        String around = prefix;
        while (!model.stored().contains(around + layer.parameter()) && !around.isEmpty()) {
            around = around.substring(0, around.lastIndexOf('/', around.length() - 2) + 1);
        }
        return around + layer.parameter();
    }

    @Override
    public boolean mayLack(String name) {
        return name.equals(TABLE) || name.equals("bias");
    }

    @Override
    public String toString() {
        return layer.name();
    }
}

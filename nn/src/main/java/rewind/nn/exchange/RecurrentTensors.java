package rewind.nn.exchange;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.recurrent.Bidirectional;
import rewind.nn.recurrent.Gates.CellForm;
import rewind.nn.recurrent.OwnCell;
import rewind.nn.recurrent.Recurrent;

/** A recurrent layer, in one direction or both. */
final class RecurrentTensors implements LayerTensors {
    private final ForeignLayout layout;
    private final CellForm form;
    private final int units;
    private final List<String> directions;

    RecurrentTensors(ForeignLayout layout, Layer layer) {
        this.layout = layout;
        Recurrent<?, ?> recurrent;
        if (layer instanceof Bidirectional<?> both) {
            recurrent = both.layer();
            directions = List.of("forward/", "backward/");
            layout.requireMerge(both.merge());
        } else {
            recurrent = (Recurrent<?, ?>) layer;
            directions = List.of("");
            layout.requireDirection(recurrent.isReversed());
        }
        Check.that(
                !recurrent.isNormalized(),
                "%s: %s must not have layer normalisation, which has no counterpart",
                layout.system(),
                layer.name());
        Check.that(
                !recurrent.isZonedOut(),
                "%s: %s must not have zoneout, which has no counterpart",
                layout.system(),
                layer.name());
        form = recurrent.cellForm();
        units = recurrent.units();
        layout.requireCell(form);
    }

    static boolean has(Layer layer) {
        return layer instanceof Recurrent || layer instanceof Bidirectional;
    }

    /** Whether it is one whose cell is none of a user's own, nor composed as one. */
    static boolean isBuiltIn(Layer layer) {
        return layer instanceof Bidirectional<?> both
                ? isBuiltIn(both.layer())
                : layer instanceof Recurrent && !(layer instanceof OwnCell);
    }

    @Override
    public String system() {
        return layout.system();
    }

    @Override
    public Parameters read(ForeignTensors tensors, Parameters model, String prefix) {
        Tensor input = model.get(prefix + directions.get(0) + "U");
        ForeignLayout.Extent extent =
                new ForeignLayout.Extent(directions.size(), form.gates().names().size(), input.size(-2), units);
        List<GateWeights> read = layout.read(tensors, form, extent);
        Parameters changed = model;
        for (int direction = 0; direction < read.size(); direction++) {
            changed = read.get(direction).into(changed, prefix + directions.get(direction), form, layout.gates(form));
        }
        return changed;
    }

    @Override
    public Map<String, Tensor> write(Parameters parameters, String prefix, boolean gradients) {
        return layout.write(
                IntStream.range(0, directions.size())
                        .mapToObj(direction -> GateWeights.of(
                                parameters, prefix + directions.get(direction), form, layout.gates(form), gradients))
                        .toList(),
                form);
    }

    @Override
    public boolean mayLack(String name) {
        return name.contains("bias") || name.equals("B");
    }

    @Override
    public String toString() {
        return form.kind() + "(" + units + ")" + (directions.size() == 2 ? " in both directions" : "");
    }
}

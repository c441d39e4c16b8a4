package rewind.onnx.write;

import java.util.List;
import rewind.nn.Sequential;
import rewind.nn.convolution.GlobalPooling;
import rewind.nn.feedforward.ActivationLayer;
import rewind.nn.feedforward.BatchNormalization;
import rewind.nn.feedforward.Dense;
import rewind.nn.feedforward.Dropout;
import rewind.nn.feedforward.Embedding;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.feedforward.OneHot;
import rewind.nn.feedforward.Residual;
import rewind.nn.feedforward.RmsNormalization;
import rewind.nn.feedforward.TiedDense;
import rewind.nn.feedforward.TimeDistributed;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Layer;
import rewind.nn.layer.OverSteps;
import rewind.nn.layer.Wrapping;
import rewind.nn.recurrent.Bidirectional;
import rewind.nn.recurrent.Recurrent;

/** What must be known of layers before they are written. */
final class LayerKinds {
    private LayerKinds() {}

    /** The layer itself, without names around it. */
    static Layer bare(Layer layer) {
        return layer instanceof Wrapping wrapping ? bare(wrapping.layer()) : layer;
    }

    /** The layers of a sequence, in their order: those whose parameters lie directly beneath. */
    static List<BuiltLayer.Applied> children(BuiltLayer built, BuiltLayer.Applied sequence) {
        String prefix = sequence.prefix();
        return built.applied().stream()
                .filter(each -> each.prefix().length() > prefix.length()
                        && each.prefix().startsWith(prefix)
                        && each.prefix().indexOf('/', prefix.length())
                                == each.prefix().length() - 1)
                .toList();
    }

    /** Whether the input is ids. */
    static boolean takesIds(BuiltLayer built, BuiltLayer.Applied applied) {
        Layer layer = bare(applied.layer());
        if (layer instanceof Sequential) {
            return children(built, applied).stream()
                    .filter(child -> !(bare(child.layer()) instanceof Dropout))
                    .findFirst()
                    .map(child -> takesIds(built, child))
                    .orElse(false);
        }
        return layer instanceof Embedding || layer instanceof OneHot;
    }

    /** Whether a layer does the same for any number of steps, until there are none any more. */
    static boolean takesAnySteps(BuiltLayer built, BuiltLayer.Applied applied) {
        Layer layer = bare(applied.layer());
        if (layer instanceof Sequential) {
            for (BuiltLayer.Applied child : children(built, applied)) {
                if (!takesAnySteps(built, child)) {
                    return false;
                }
                if (!givesSteps(built, child)) {
                    return true;
                }
            }
            return true;
        }
        if (layer instanceof Residual residual) {
            return takesAnySteps(built, within(applied, residual));
        }
        if (layer instanceof Dense || layer instanceof ActivationLayer) {
            return ActivationWriter.isStandard(layer.lastActivation());
        }
        return layer instanceof Recurrent
                || layer instanceof Bidirectional
                || layer instanceof TimeDistributed
                || layer instanceof Dropout
                || layer instanceof Embedding
                || layer instanceof OneHot
                || layer instanceof TiedDense
                || layer instanceof LayerNormalization
                || layer instanceof RmsNormalization
                || layer instanceof BatchNormalization
                || layer instanceof GlobalPooling;
    }

    /** The layer that there is a way around. */
    static BuiltLayer.Applied within(BuiltLayer.Applied applied, Residual residual) {
        return new BuiltLayer.Applied(applied.prefix(), residual.layer(), applied.input(), applied.output());
    }

    /** Whether the output has the steps of the input. */
    static boolean givesSteps(BuiltLayer built, BuiltLayer.Applied applied) {
        Layer layer = bare(applied.layer());
        if (layer instanceof Sequential) {
            return children(built, applied).stream().allMatch(child -> givesSteps(built, child));
        }
        return !(layer instanceof GlobalPooling) && (!(layer instanceof OverSteps steps) || steps.givesSequences());
    }
}

package rewind.nn.recurrent;

import static rewind.nn.layer.OptionType.ACTIVATION;
import static rewind.nn.layer.OptionType.FLAG;
import static rewind.nn.layer.OptionType.INITIALIZER;
import static rewind.nn.layer.OptionType.INTEGER;

import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Form;
import rewind.nn.layer.Initializer;

/**
 * A built-in recurrent layer: its options and its form in files are those of its cell's {@link Gates}. Immutable; every option returns a
 * new layer.
 *
 * @param <S> the state of the cell
 * @param <R> the layer itself
 */
public abstract class Gated<S, R extends Gated<S, R>> extends Recurrent<S, R> {
    Gates gates;

    /** Starts with the usual options. */
    Gated(String name, int units, Gates usual) {
        super(name, units);
        gates = usual;
    }

    /** The form of a layer with these gates. */
    static <R extends Gated<?, R>> Form<R> form(Class<R> type, String kind, IntFunction<R> make, Gates usual) {
        Form<R> form = RecurrentOptions.form(type, kind, in -> make.apply(in.get("units", INTEGER)));
        for (Gates.Gate gate : usual.all()) {
            String name = gate.name();
            form = form.option(
                    gate.option(),
                    ACTIVATION,
                    layer -> layer.gates.get(name).activation(),
                    (layer, function) -> layer.gate(name, function));
        }
        return form.option(
                        "initializer",
                        INITIALIZER,
                        layer -> layer.gates.initializer(),
                        (layer, initializer) -> layer.initializer(initializer))
                .option("bias", FLAG, layer -> layer.gates.biased(), (layer, on) -> layer.bias(on));
    }

    /** Sets the activation of a gate or state. */
    final R gate(String name, UnaryOperator<Tensor> function) {
        return with(layer -> layer.gates = layer.gates.activation(name, Activation.of(function)));
    }

    /** Sets the activation of a gate or state by the activation's name. */
    final R gate(String name, String activation) {
        return gate(name, Activation.named(activation));
    }

    /** Sets how every gate's block of U and V starts; the default is orthogonal, and Xavier for the simple layer. */
    public final R initializer(Initializer initializer) {
        return with(layer -> layer.gates = layer.gates.initializer(initializer));
    }

    /** Sets whether the gates have biases (the default). */
    public final R bias(boolean on) {
        return with(layer -> layer.gates = layer.gates.biased(on));
    }

    @Override
    public Gates.CellForm cellForm() {
        return new Gates.CellForm(form().kind(), gates, false);
    }
}

package rewind.nn.feedforward;

import static rewind.nn.layer.OptionType.FLAG;
import static rewind.nn.layer.OptionType.TEXT;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Scope;

/**
 * A fully connected layer with the weights of another one, transposed: y = x·Eᵀ + b along the last axis, with E (units, features) and b
 * (1, units). With the E of an embedding, y has a score for each id, and both learn one table. Source: Press and Wolf, EACL 2017; Inan,
 * Khosravi and Socher, ICLR 2017.
 *
 * @param parameter the name of E in the model, {@code embedding/E} say
 * @param bias whether there is b
 */
public record TiedDense(String parameter, boolean bias) implements Formed {
    static final Form<TiedDense> FORM = Form.<TiedDense>of(
                    TiedDense.class, "tiedDense", in -> new TiedDense(in.get("parameter", TEXT), in.get("bias", FLAG)))
            .option("parameter", TEXT, TiedDense::parameter)
            .option("bias", FLAG, TiedDense::bias);

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Tensor E = scope.parameterOf(parameter);
        Check.that(
                E.rank() == 2 && input.rank() >= 1 && input.size(-1) == E.size(1),
                "tiedDense: %s must have a column for each feature of a sample, got the shape %s for %s",
                parameter,
                E.shape(),
                input);
        Tensor transposed = E.transpose();
        Tensor b = bias ? scope.bias("b", E.size(0)) : null;
        return x -> bias ? x.matmul(transposed).add(b) : x.matmul(transposed);
    }

    @Override
    public String name() {
        return "tiedDense";
    }

    @Override
    public Form<TiedDense> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}

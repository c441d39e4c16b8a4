package rewind.nn.attention;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Scope;

/**
 * Adds to every step waves of its number t from 0: y[t, 2i] = x[t, 2i] + sin(t/10000^(2i/e)), y[t, 2i+1] = x[t, 2i+1] + cos(t/10000^(2i/e)), of
 * e features; (batch, steps, features) to the same. Source: Vaswani et al., NIPS 2017.
 */
public record PositionalEncoding() implements Formed {
    static final Form<PositionalEncoding> FORM =
            Form.of(PositionalEncoding.class, "positionalEncoding", in -> new PositionalEncoding());

    private static final double LONGEST = 10_000;

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(
                input.rank() == 2, "positionalEncoding: a sample must be (steps, features), got the shape %s", input);
        Tensor waves = waves(input.size(0), input.size(1)).to(scope.dtype());
        return x -> x.add(waves.to(x.dtype())); // without parameters, a scope does not know the type
    }

    /** Returns the waves alone, (steps, features). */
    public static Tensor waves(int steps, int features) {
        Shape shape = Shape.of(steps, features);
        double[] waves = new double[shape.size()];
        for (int t = 0; t < steps; t++) {
            for (int i = 0; i < features; i++) {
                double angle = t / StrictMath.pow(LONGEST, (double) (i - i % 2) / features);
                waves[t * features + i] = i % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle);
            }
        }
        return Tensor.of(shape, waves);
    }

    @Override
    public String name() {
        return "positionalEncoding";
    }

    @Override
    public Form<PositionalEncoding> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}

package rewind.nn.convolution;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Scope;

/**
 * The greatest, least or mean element of a whole sample, of each feature by itself: (…sizes, features) to (features). Of a padded batch the
 * real steps alone are seen; a sample without steps gives zeros. Source of the mean: Lin, Chen and Yan, ICLR 2014.
 *
 * @param extract which
 */
public record GlobalPooling(Extract extract) implements Formed {
    static final Form<GlobalPooling> FORM = Form.<GlobalPooling>of(
                    GlobalPooling.class, "globalPooling", in -> new GlobalPooling(in.get("extract", Extract.OPTION)))
            .option("extract", Extract.OPTION, GlobalPooling::extract);

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(
                input.rank() >= 2 && input.size() / Math.max(1, input.size(-1)) > 0,
                "%s: a sample must be (steps, features), or have more axes, with at least one element, got the shape %s",
                name(),
                input);
        int[] axes = IntStream.range(1, input.rank()).toArray();
        return x -> {
            Optional<Lengths> lengths = scope.pass().lengths();
            return lengths.isEmpty() ? extract.of(x, axes) : ofRealSteps(x, lengths.get(), axes);
        };
    }

    private Tensor ofRealSteps(Tensor x, Lengths lengths, int... axes) {
        int[] perStep = new int[x.rank()];
        Arrays.fill(perStep, 1);
        perStep[0] = x.size(0);
        perStep[1] = x.size(1);
        Tensor real = lengths.mask(x.dtype(), x.size(1)).reshape(perStep);
        Tensor seen = Tensor.where(real, x, Tensor.full(x.dtype(), extract.neutral(), Shape.of()));
        Tensor counts = lengths.tensor(x.dtype()).reshape(-1, 1);
        if (extract == Extract.MEAN) {
            int perStepElements = x.shape().size() / Math.max(1, x.size(0) * x.size(1) * x.size(-1));
            return seen.sum(axes).div(counts.mul(perStepElements).maximum(1));
        }
        Tensor zeros = Tensor.zeros(x.dtype(), Shape.of());
        return Tensor.where(counts.greater(0), extract.of(seen, axes), zeros);
    }

    @Override
    public String name() {
        String word = extract.word();
        return "global" + Character.toUpperCase(word.charAt(0)) + word.substring(1) + "Pool";
    }

    @Override
    public Form<GlobalPooling> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}

package rewind.onnx.operator;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * The activations of recurrent operators. Their numbers α and β come in lists of their own, of which each activation that has one takes the
 * next; where the list is at its end, the number is that of the operator of the same name.
 */
final class CellActivations {
    private CellActivations() {}

    /**
     * Returns the activations of a call.
     *
     * @param usual their names where none are given
     */
    static List<UnaryOperator<Tensor>> of(Call call, List<String> usual) {
        List<String> names = call.texts("activations");
        List<String> used = names.isEmpty() ? usual : names;
        Check.that(used.size() == usual.size(), "there must be %s activations, got %s", usual.size(), used);
        Iterator<Double> alphas = call.numbers("activation_alpha").iterator();
        Iterator<Double> betas = call.numbers("activation_beta").iterator();
        List<UnaryOperator<Tensor>> all = new ArrayList<>();
        used.forEach(name -> all.add(of(name, alphas, betas)));
        return all;
    }

    private static UnaryOperator<Tensor> of(String name, Iterator<Double> alphas, Iterator<Double> betas) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "relu":
                return Tensor::relu;
            case "tanh":
                return Tensor::tanh;
            case "sigmoid":
                return Tensor::sigmoid;
            case "softsign":
                return Activations::softsign;
            case "softplus":
                return Tensor::softplus;
            case "leakyrelu":
                double slope = next(alphas, 0.01);
                return x -> x.leakyRelu(slope);
            case "thresholdedrelu":
                double limit = next(alphas, 1);
                return x -> Activations.thresholded(x, limit);
            case "elu":
                double alpha = next(alphas, 1);
                return x -> x.elu(alpha);
            case "affine":
                double factor = next(alphas, 1);
                double shift = next(betas, 0);
                return x -> x.mul(factor).add(shift);
            case "scaledtanh":
                double height = next(alphas, 1);
                double width = next(betas, 1);
                return x -> x.mul(width).tanh().mul(height);
            case "hardsigmoid":
                double steep = next(alphas, 0.2);
                double middle = next(betas, 0.5);
                return x -> Activations.hardSigmoid(x, steep, middle);
            default:
                throw Check.failure("activation %s is not known", name);
        }
    }

    private static double next(Iterator<Double> numbers, double usual) {
        return numbers.hasNext() ? numbers.next() : usual;
    }
}

package rewind.onnx.operator;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.BiFunction;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Activations, as operators. */
final class Activations {
    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Sigmoid", Operator.unary(Tensor::sigmoid)),
            entry("Tanh", Operator.unary(Tensor::tanh)),
            entry("Relu", Operator.unary(Tensor::relu)),
            entry("Softplus", Operator.unary(Tensor::softplus)),
            entry("Softsign", Operator.unary(Activations::softsign)),
            entry("Mish", Operator.unary(Tensor::mish)),
            entry("Gelu", Operator.of(Activations::gelu)),
            entry(
                    "Swish",
                    with((call, x) -> x.mul(x.mul(call.number("alpha", 1)).sigmoid()))),
            entry("LeakyRelu", with((call, x) -> x.leakyRelu(call.number("alpha", 0.01)))),
            entry("Elu", with((call, x) -> x.elu(call.number("alpha", 1)))),
            entry("Selu", with(Activations::selu)),
            entry("Celu", with(Activations::celu)),
            entry("ThresholdedRelu", with((call, x) -> thresholded(x, call.number("alpha", 1)))),
            entry(
                    "HardSigmoid",
                    with((call, x) -> hardSigmoid(x, call.number("alpha", 0.2), call.number("beta", 0.5)))),
            entry("HardSwish", Operator.unary(x -> x.mul(hardSigmoid(x, 1.0 / 6, 0.5)))),
            entry("Shrink", with(Activations::shrink)),
            entry("PRelu", Operator.of(Activations::prelu)));

    private Activations() {}

    private static Operator with(BiFunction<Call, Tensor, Tensor> function) {
        return Operator.of(call -> call.input(0).with(function.apply(call, call.tensor(0))));
    }

    static Tensor softsign(Tensor x) {
        return x.div(x.abs().add(1));
    }

    static Tensor hardSigmoid(Tensor x, double alpha, double beta) {
        return x.mul(alpha).add(beta).clamp(0, 1);
    }

    static Tensor thresholded(Tensor x, double alpha) {
        return x.maskedBy(x.greater(alpha));
    }

    private static Value gelu(Call call) {
        Tensor x = call.tensor(0);
        String form = call.text("approximate", "none");
        Check.that(form.equals("none") || form.equals("tanh"), "approximate must be none or tanh, got %s", form);
        Tensor inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
        Tensor y = form.equals("none") ? x.gelu() : x.mul(inner.tanh().add(1)).mul(0.5);
        return call.input(0).with(y);
    }

    private static Tensor selu(Call call, Tensor x) {
        double alpha = call.number("alpha", 1.67326319217681884765625);
        return x.elu(alpha).mul(call.number("gamma", 1.05070102214813232421875));
    }

    /** max(0, x) + min(0, α (e^(x/α) − 1)). */
    private static Tensor celu(Call call, Tensor x) {
        double alpha = call.number("alpha", 1);
        return x.div(alpha).elu(1).mul(alpha);
    }

    private static Tensor shrink(Call call, Tensor x) {
        double bias = call.number("bias", 0);
        double limit = call.number("lambd", 0.5);
        return x.add(bias).maskedBy(x.less(-limit)).add(x.sub(bias).maskedBy(x.greater(limit)));
    }

    private static Value prelu(Call call) {
        Tensor x = call.tensor(0);
        return call.input(0).with(Tensor.where(x.less(0), x.mul(call.tensor(1)), x));
    }
}

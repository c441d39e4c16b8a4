package rewind.onnx.operator;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import rewind.autograd.Rule;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Functions of every element by itself, but for {@link Activations}. */
final class Elementwise {
    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Identity", call -> call.inputs()),
            entry("Abs", Operator.unary(Tensor::abs)),
            entry("Neg", Operator.unary(Tensor::neg)),
            entry("Sign", Operator.unary(Tensor::sign)),
            entry("Reciprocal", Operator.unary(Tensor::reciprocal)),
            entry("Sqrt", Operator.unary(Tensor::sqrt)),
            entry("Exp", Operator.unary(Tensor::exp)),
            entry("Log", Operator.unary(Tensor::log)),
            entry("Sin", Operator.unary(Tensor::sin)),
            entry("Cos", Operator.unary(Tensor::cos)),
            entry("Tan", Operator.unary(Tensor::tan)),
            entry("Asin", Operator.unary(Tensor::asin)),
            entry("Acos", Operator.unary(Tensor::acos)),
            entry("Atan", Operator.unary(Tensor::atan)),
            entry("Sinh", Operator.unary(Tensor::sinh)),
            entry("Cosh", Operator.unary(Tensor::cosh)),
            entry("Asinh", Operator.unary(Elementwise::asinh)),
            entry("Acosh", Operator.unary(x -> x.add(x.square().sub(1).sqrt()).log())),
            entry("Atanh", Operator.unary(x -> x.log1p().sub(x.neg().log1p()).mul(0.5))),
            entry("Erf", Operator.unary(Tensor::erf)),
            entry("Floor", Operator.unary(Tensor::floor)),
            entry("Ceil", Operator.unary(Tensor::ceil)),
            entry("Round", Operator.unary(Tensor::round)),
            entry("Not", Operator.of(call -> Value.truths(call.tensor(0).equalTo(0)))),
            entry("IsNaN", Operator.of(call -> Value.truths(isNaN(call.tensor(0))))),
            entry("IsInf", Operator.of(call -> Value.truths(isInfinite(call)))),
            entry("Clip", Operator.of(Elementwise::clip)),
            entry("Dropout", Elementwise::dropout),
            entry("Cast", Operator.of(Casts::cast)),
            entry("CastLike", Operator.of(Casts::castLike)));

    private Elementwise() {}

    /** A function that is constant between jumps, so that its derivative is zero. */
    static UnaryOperator<Tensor> steps(String name, DoubleUnaryOperator f) {
        return x -> Tensor.op(name, in -> in[0].map(f), List.of(x), new Rule[1]);
    }

    /** sign(x) ln(|x| + √(x² + 1)), which has no cancellation. */
    private static Tensor asinh(Tensor x) {
        Rule rule = y -> dy -> dy.div(x.square().add(1).sqrt());
        DoubleUnaryOperator f = v -> Math.copySign(Math.log1p(Math.abs(v) + v * v / (1 + Math.sqrt(v * v + 1))), v);
        return Tensor.op("asinh", in -> in[0].map(f), List.of(x), rule);
    }

    static Tensor isNaN(Tensor x) {
        return x.notEqualTo(x);
    }

    private static Tensor isInfinite(Call call) {
        Tensor x = call.tensor(0);
        Tensor above = x.equalTo(Double.POSITIVE_INFINITY).mul(call.integer("detect_positive", 1));
        return above.add(x.equalTo(Double.NEGATIVE_INFINITY).mul(call.integer("detect_negative", 1)));
    }

    /** The limits are attributes in old versions and inputs in newer ones. */
    private static Value clip(Call call) {
        double low = call.has(1) ? call.input(1).number() : call.number("min", Double.NEGATIVE_INFINITY);
        double high = call.has(2) ? call.input(2).number() : call.number("max", Double.POSITIVE_INFINITY);
        Tensor x = call.tensor(0);
        Tensor y = low <= high ? x.clamp(low, high) : x.mul(0).add(high);
        return call.input(0).with(y);
    }

    /** In use nothing is dropped. */
    private static List<Value> dropout(Call call) {
        boolean training = call.has(2) && call.input(2).isTrue();
        Check.that(
                !training || (call.has(1) && call.input(1).number() == 0),
                "it must not be in training mode, which is random");
        Tensor kept = Tensor.ones(call.tensor(0).shape().toArray());
        return List.of(call.input(0), Value.truths(kept));
    }
}

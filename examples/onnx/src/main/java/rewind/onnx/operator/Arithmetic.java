package rewind.onnx.operator;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import rewind.autograd.Rule;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.ElementType;

/** Functions of two or more values element by element, with broadcasting. */
final class Arithmetic {
    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Add", binary(Tensor::add)),
            entry("Sub", binary(Tensor::sub)),
            entry("Mul", binary(Tensor::mul)),
            entry("Div", Operator.of(Arithmetic::div)),
            entry("Pow", Operator.of(Arithmetic::pow)),
            entry("Mod", Operator.of(Arithmetic::mod)),
            entry("Sum", several(Tensor::add)),
            entry("Max", several(Tensor::maximum)),
            entry("Min", several(Tensor::minimum)),
            entry("Mean", Operator.of(Arithmetic::mean)),
            entry("Equal", comparison(Tensor::equalTo)),
            entry("Greater", comparison(Tensor::greater)),
            entry("GreaterOrEqual", comparison(Tensor::greaterEqual)),
            entry("Less", comparison(Tensor::less)),
            entry("LessOrEqual", comparison(Tensor::lessEqual)),
            entry("And", comparison(Tensor::minimum)),
            entry("Or", comparison(Tensor::maximum)),
            entry("Xor", comparison(Tensor::notEqualTo)),
            entry("Where", Operator.of(Arithmetic::where)),
            entry("BitwiseAnd", bits((a, b) -> a & b)),
            entry("BitwiseOr", bits((a, b) -> a | b)),
            entry("BitwiseXor", bits((a, b) -> a ^ b)),
            entry("BitwiseNot", Operator.of(call -> call.input(0).with(flipped(call.input(0))))),
            entry("BitShift", Operator.of(Arithmetic::shift)));

    private Arithmetic() {}

    private static Operator binary(BinaryOperator<Tensor> function) {
        return Operator.of(call -> result(call.input(0), function.apply(call.tensor(0), other(call, 1))));
    }

    /** An operand in the element type of the first. */
    private static Tensor other(Call call, int i) {
        return call.tensor(i).to(call.tensor(0).dtype());
    }

    private static Value result(Value like, Tensor y) {
        return like.with(like.type().isWhole() ? Casts.wrapped(like.type(), y) : y);
    }

    private static Operator several(BinaryOperator<Tensor> function) {
        return Operator.of(call -> {
            Tensor all = call.tensor(0);
            for (int i = 1; i < call.inputs().size(); i++) {
                all = function.apply(all, other(call, i));
            }
            return result(call.input(0), all);
        });
    }

    private static Value mean(Call call) {
        Tensor all = call.tensor(0);
        for (int i = 1; i < call.inputs().size(); i++) {
            all = all.add(call.tensor(i));
        }
        return call.input(0).with(all.div(call.inputs().size()));
    }

    private static Operator comparison(BinaryOperator<Tensor> function) {
        return Operator.of(call -> {
            Tensor truths = function.apply(call.tensor(0), other(call, 1));
            return Value.truths(truths.to(ElementType.BOOL.dtype()));
        });
    }

    /** Whole numbers are divided towards zero. */
    private static Value div(Call call) {
        Value x = call.input(0);
        if (!x.type().isWhole()) {
            return x.with(x.tensor().div(other(call, 1)));
        }
        return result(x, whole(x.tensor(), call.tensor(1), (a, b) -> {
            Check.that(b != 0, "whole numbers must not be divided by zero");
            double quotient = a / b;
            return quotient < 0 ? Math.ceil(quotient) : Math.floor(quotient);
        }));
    }

    private static Value pow(Call call) {
        Value x = call.input(0);
        if (!x.type().isWhole()) {
            Tensor exponent = other(call, 1);
            boolean one = exponent.size() == 1 && !exponent.isRecorded();
            return x.with(
                    one && exponent.rank() <= x.tensor().rank()
                            ? x.tensor().pow(call.input(1).number())
                            : x.tensor().pow(exponent));
        }
        return result(x, whole(x.tensor(), call.tensor(1).to(x.tensor().dtype()), (a, b) -> {
            double power = Math.pow(a, b);
            return power < 0 ? Math.ceil(power) : Math.floor(power);
        }));
    }

    /** The rest has the sign of the divisor, or with fmod that of the dividend. */
    private static Value mod(Call call) {
        Value x = call.input(0);
        boolean fmod = call.flag("fmod", false);
        DoubleBinaryOperator rest = (a, b) -> {
            Check.that(b != 0 || x.type().isReal(), "whole numbers must not be divided by zero");
            double r = a % b;
            return !fmod && r != 0 && r < 0 != b < 0 ? r + b : r;
        };
        return x.with(whole(x.tensor(), other(call, 1), rest));
    }

    /** A function of numbers that are not differentiated. */
    private static Tensor whole(Tensor x, Tensor y, DoubleBinaryOperator f) {
        return Tensor.op(
                "whole",
                in -> {
                    Shape shape = in[0].mul(0).add(in[1].mul(0)).shape();
                    double[] left = in[0].broadcastTo(shape).toArray();
                    double[] right = in[1].broadcastTo(shape).toArray();
                    for (int i = 0; i < left.length; i++) {
                        left[i] = f.applyAsDouble(left[i], right[i]);
                    }
                    return Tensor.of(shape, left).to(x.dtype());
                },
                List.of(x, y),
                new Rule[2]);
    }

    private static Operator bits(LongBinaryOperator f) {
        return Operator.of(call ->
                call.input(0).with(whole(call.tensor(0), call.tensor(1), (a, b) -> f.applyAsLong((long) a, (long) b))));
    }

    private static Tensor flipped(Value x) {
        double all = x.type().isSigned() ? -1 : Math.scalb(1.0, x.type().bits()) - 1;
        return x.tensor().neg().add(all);
    }

    private static Value shift(Call call) {
        Value x = call.input(0);
        boolean left = call.text("direction", "").equals("LEFT");
        return result(x, whole(x.tensor(), call.tensor(1), (a, b) -> {
            double factor = Math.pow(2, b);
            return left ? a * factor : Math.floor(a / factor);
        }));
    }

    private static Value where(Call call) {
        Value x = call.input(1);
        Tensor y = call.tensor(2).to(x.tensor().dtype());
        return x.with(Tensor.where(call.tensor(0).to(x.tensor().dtype()), x.tensor(), y));
    }
}

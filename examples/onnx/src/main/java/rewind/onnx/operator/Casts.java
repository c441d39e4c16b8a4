package rewind.onnx.operator;

import java.util.function.DoubleUnaryOperator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.ElementType;

/** Elements in other types. */
final class Casts {
    private Casts() {}

    static Value cast(Call call) {
        long code = call.integer("to", 0);
        ElementType type = ElementType.of(code);
        Check.that(type != null, "tensors here cannot hold the type %s", ElementType.name(code));
        return cast(call, call.input(0), type);
    }

    static Value castLike(Call call) {
        return cast(call, call.input(0), call.input(1).type());
    }

    static Value cast(Call call, Value x, ElementType type) {
        if (x.type() == type) {
            return x;
        }
        if (type == ElementType.BOOL) {
            return Value.truths(x.tensor().notEqualTo(0).to(type.dtype()));
        }
        Tensor y = x.tensor().to(call.dtype(type));
        if (!type.isWhole() || x.type() == ElementType.BOOL) {
            return new Value(type, y);
        }
        return new Value(type, wrapped(type, x.type().isReal() ? truncated(y) : y));
    }

    private static Tensor truncated(Tensor x) {
        return Elementwise.steps("truncate", v -> v < 0 ? Math.ceil(v) : Math.floor(v))
                .apply(x);
    }

    /** Whole numbers that lie in the range of their type; what lies beyond comes in from the other end. */
    static Tensor wrapped(ElementType type, Tensor x) {
        double range = Math.scalb(1.0, type.bits());
        double low = type.isSigned() ? -range / 2 : 0;
        double high = low + range;
        if (type.bits() == Long.SIZE || x.isRecorded()) { // of which the last digits are not there, or which are ids
            return x;
        }
        DoubleUnaryOperator wrap =
                v -> (v >= low && v < high) || !Double.isFinite(v) ? v : v - Math.floor((v - low) / range) * range;
        return x.map(wrap);
    }
}

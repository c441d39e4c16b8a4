package rewind.onnx.operator;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.NamedTensor;

/** Values that depend on no others, or on their shapes alone. */
final class Constants {
    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Constant", Operator.of(Constants::constant)),
            entry("ConstantOfShape", Operator.of(Constants::ofShape)),
            entry("Range", Operator.of(Constants::range)),
            entry("EyeLike", Operator.of(Constants::eye)),
            entry("OneHot", Operator.of(Constants::oneHot)),
            entry("NonZero", Operator.of(Constants::nonZero)));

    private Constants() {}

    private static Value constant(Call call) {
        NamedTensor value = call.tensorAttribute("value");
        if (value != null) {
            return call.value(value);
        }
        if (call.hasAttribute("value_int")) {
            return Value.integer(call.integer("value_int", 0));
        }
        if (call.hasAttribute("value_ints")) {
            return Value.integers(call.integers("value_ints"));
        }
        Check.that(
                call.hasAttribute("value_float") || call.hasAttribute("value_floats"),
                "there must be a value of numbers; texts and sparse tensors are not read");
        Tensor numbers = call.hasAttribute("value_float")
                ? Tensor.of(call.number("value_float", 0))
                : Tensor.of(call.numbers("value_floats").stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray());
        return new Value(ElementType.FLOAT, numbers.to(call.dtype(ElementType.FLOAT)));
    }

    private static Value ofShape(Call call) {
        NamedTensor given = call.tensorAttribute("value");
        ElementType type = given == null ? ElementType.FLOAT : given.type();
        double value = given == null ? 0 : call.value(given).number();
        Shape shape = Shapes.of(call.input(0).longs());
        return new Value(type, Tensor.full(call.dtype(type), value, shape));
    }

    private static Value range(Call call) {
        double start = call.input(0).number();
        double step = call.input(2).number();
        Check.that(step != 0, "the step must not be 0");
        double count = Math.max(0, Math.ceil((call.input(1).number() - start) / step));
        Shape shape = Shapes.of((long) count);
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = start + i * step;
        }
        return call.input(0).with(Tensor.of(shape, values).to(call.tensor(0).dtype()));
    }

    private static Value eye(Call call) {
        Tensor x = call.tensor(0);
        long code = call.integer("dtype", call.input(0).type().code());
        ElementType type = ElementType.of(code);
        Check.that(type != null, "tensors here cannot hold the type %s", ElementType.name(code));
        Check.that(x.rank() == 2, "there must be two axes, got the shape %s", x.shape());
        long k = call.integer("k", 0);
        double[] values = new double[x.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) (i % x.size(1)) - i / x.size(1) == k ? 1 : 0;
        }
        return new Value(type, Tensor.of(x.shape(), values).to(call.dtype(type)));
    }

    /** Indices outside have no place, so that all is off there. */
    private static Value oneHot(Call call) {
        long depth = call.input(1).integer();
        Tensor ids = call.tensor(0);
        double[] values = ids.toArray();
        long axis = call.integer("axis", -1);
        int at = Call.axis(axis, ids.rank() + 1);
        Tensor onAndOff = call.tensor(2);
        long[] sizes = new long[ids.rank() + 1];
        for (int i = 0; i < sizes.length - 1; i++) {
            sizes[i] = ids.size(i);
        }
        sizes[ids.rank()] = depth;
        Shape shape = Shapes.of(sizes);
        double[] on = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            double id = values[i] < 0 ? values[i] + depth : values[i];
            if (id >= 0 && id < depth) {
                on[i * (int) depth + (int) id] = 1;
            }
        }
        Tensor last =
                Tensor.where(Tensor.of(shape, on).to(onAndOff.dtype()), onAndOff.select(0, 1), onAndOff.select(0, 0));
        int[] order = Shapes.moved(shape.rank(), shape.rank() - 1, at);
        return call.input(2).with(last.permute(order));
    }

    private static Value nonZero(Call call) {
        Tensor x = call.tensor(0);
        double[] values = x.toArray();
        List<int[]> found = new ArrayList<>();
        Places.each(x.shape(), (flat, index) -> {
            if (values[flat] != 0) {
                found.add(index.clone());
            }
        });
        double[] places = new double[x.rank() * found.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = found.get(i % found.size())[i / found.size()];
        }
        return Value.integers().with(Tensor.of(Shape.of(x.rank(), found.size()), places));
    }
}

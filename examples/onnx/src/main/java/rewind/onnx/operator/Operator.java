package rewind.onnx.operator;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;

/** What an operator does. */
@FunctionalInterface
interface Operator {
    /** Returns the outputs; those at the end may be left out, those in between be null, if the call does not ask for them. */
    List<Value> apply(Call call);

    /** An operator with one output. */
    static Operator of(Function<Call, Value> function) {
        return call -> List.of(function.apply(call));
    }

    /** An operator of one input, whose type the output has. */
    static Operator unary(UnaryOperator<Tensor> function) {
        return of(call -> call.input(0).with(function.apply(call.tensor(0))));
    }
}

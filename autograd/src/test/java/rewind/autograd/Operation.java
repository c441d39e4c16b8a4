package rewind.autograd;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;

/**
 * A row of the table: a public operation in one of its overloads, and how to make up calls of it.
 *
 * @param signature name and parameter types, {@code slice(int, int, int)}
 * @param differentiable false if the result is a constant
 */
record Operation(String signature, boolean differentiable, Function<Draws, Call> draw) {
    Call call(int seed, DType dtype) {
        return draw.apply(new Draws(seed, signature, dtype));
    }

    @Override
    public String toString() {
        return signature;
    }

    /** A function of numbers in Commons Math's forward mode, the oracle for elementwise functions. */
    interface Scalar extends Function<List<DerivativeStructure>, DerivativeStructure> {
        static Scalar of(UnaryOperator<DerivativeStructure> f) {
            return x -> f.apply(x.get(0));
        }

        static Scalar of(BinaryOperator<DerivativeStructure> f) {
            return x -> f.apply(x.get(0), x.get(1));
        }
    }

    /**
     * One call: the tensors that it is a function of, that function, and its value by another way.
     *
     * @param roundings how far the value may be from the expected one, relative to max(1, |expected|) and in ε of the dtype
     * @param scalar the same function of numbers if it is elementwise, else null
     */
    record Call(
            List<Tensor> inputs,
            Function<List<Tensor>, Tensor> function,
            Function<List<Grid>, Grid> expected,
            double roundings,
            Scalar scalar) {
        /** At most 64 numbers below 9 are added in another order, an error below 64·576·ε; and a few ε in each function. */
        static final double OF_SUMS = 40_000;

        /** At most four functions one after another, each good to 4 ulp. */
        private static final double OF_FUNCTIONS = 16;

        /** An elementwise function of tensors that broadcast. */
        static Call elementwise(List<Tensor> inputs, Function<List<Tensor>, Tensor> function, Scalar scalar) {
            return new Call(inputs, function, in -> pointwise(scalar, in), OF_FUNCTIONS, scalar);
        }

        /** A function that adds numbers up. */
        static Call sums(UnaryOperator<Tensor> function, Tensor input, UnaryOperator<Grid> expected) {
            return new Call(
                    List.of(input), in -> function.apply(in.get(0)), in -> expected.apply(in.get(0)), OF_SUMS, null);
        }

        static Call sums(BinaryOperator<Tensor> function, Tensor left, Tensor right, BinaryOperator<Grid> expected) {
            return new Call(
                    List.of(left, right),
                    in -> function.apply(in.get(0), in.get(1)),
                    in -> expected.apply(in.get(0), in.get(1)),
                    OF_SUMS,
                    null);
        }

        /** A function that moves elements, and so must be exact. */
        static Call moves(
                List<Tensor> inputs, Function<List<Tensor>, Tensor> function, Function<List<Grid>, Grid> expected) {
            return new Call(inputs, function, expected, 0, null);
        }

        static Call moves(UnaryOperator<Tensor> function, Tensor input, UnaryOperator<Grid> expected) {
            return moves(List.of(input), in -> function.apply(in.get(0)), in -> expected.apply(in.get(0)));
        }

        /** How far the value may be from the expected one, relative to max(1, |expected|). */
        double tolerance() {
            return roundings * epsilon();
        }

        /** ε of the coarsest dtype among inputs and value. */
        double epsilon() {
            return Stream.concat(inputs.stream(), Stream.of(value()))
                    .mapToDouble(each -> each.dtype().epsilon())
                    .max()
                    .orElseThrow();
        }

        /** The same call with inputs of another dtype. */
        Call to(DType dtype) {
            return new Call(inputs.stream().map(x -> x.to(dtype)).toList(), function, expected, roundings, scalar);
        }

        Tensor value() {
            return function.apply(inputs);
        }

        private static Grid pointwise(Scalar scalar, List<Grid> in) {
            int[] sizes = in.stream().map(Grid::sizes).reduce(new int[0], Grid::common);
            return Grid.build(
                    sizes,
                    index -> scalar.apply(in.stream()
                                    .map(each -> new DerivativeStructure(1, 0, each.repeatedAt(index)))
                                    .toList())
                            .getValue());
        }
    }
}

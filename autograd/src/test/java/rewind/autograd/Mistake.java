package rewind.autograd;

import java.util.Arrays;
import java.util.Set;
import java.util.function.UnaryOperator;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.reverse.Entry;

/** The mistakes that derivative rules have, as changes of a pullback that is right. */
public enum Mistake {
    /** −dx for dx. */
    SIGN {
        @Override
        boolean fits(Entry<Tensor> entry, int input) {
            return true;
        }

        @Override
        Pullback change(UnaryOperator<Tensor> right, Entry<Tensor> entry, int input) {
            return dy -> right.apply(dy).neg();
        }
    },

    /** 2 dx for dx. */
    FACTOR {
        @Override
        boolean fits(Entry<Tensor> entry, int input) {
            return true;
        }

        @Override
        Pullback change(UnaryOperator<Tensor> right, Entry<Tensor> entry, int input) {
            return dy -> right.apply(dy).mul(2);
        }
    },

    /** dxᵀ, its elements in the order of dx. */
    TRANSPOSE {
        @Override
        boolean fits(Entry<Tensor> entry, int input) {
            Shape x = TensorSpace.of(entry.operand(input)).shape();
            return x.rank() >= 2 && x.size(-1) > 1 && x.size(-2) > 1;
        }

        @Override
        Pullback change(UnaryOperator<Tensor> right, Entry<Tensor> entry, int input) {
            Shape x = TensorSpace.of(entry.operand(input)).shape();
            return dy -> right.apply(dy).sumTo(x).transpose().reshape(x.toArray());
        }
    },

    /** Of a repeated operand only the first repeat counts. */
    UNSUMMED {
        @Override
        boolean fits(Entry<Tensor> entry, int input) {
            return first(entry, input) != null;
        }

        @Override
        Pullback change(UnaryOperator<Tensor> right, Entry<Tensor> entry, int input) {
            Tensor mask = first(entry, input);
            return dy -> right.apply(dy.mul(mask));
        }
    },

    /** dx = Σ_j J_ji dy_j without the last term that is not zero. */
    DROPPED_TERM {
        @Override
        boolean fits(Entry<Tensor> entry, int input) {
            return true;
        }

        @Override
        Pullback change(UnaryOperator<Tensor> right, Entry<Tensor> entry, int input) {
            return dy -> {
                double[] arrived = dy.toArray();
                for (int j = arrived.length - 1; j >= 0; j--) {
                    Tensor unit = unit(entry, j);
                    if (arrived[j] != 0
                            && Arrays.stream(right.apply(unit).toArray()).anyMatch(term -> term != 0)) {
                        return right.apply(dy.mul(unit.oneMinus()));
                    }
                }
                return right.apply(dy);
            };
        }
    },

    /** dx = J_ii dy_i: in softmax, for example, the sum over the axis is forgotten. */
    DROPPED_SUM {
        /** Elsewhere in the library, elements of a result of the operand's shape depend each on one element: there is no sum. */
        @Override
        boolean fits(Entry<Tensor> entry, int input) {
            return Set.of("softmax", "logSoftmax", "cumsum").contains(entry.name());
        }

        @Override
        Pullback change(UnaryOperator<Tensor> right, Entry<Tensor> entry, int input) {
            return dy -> {
                Tensor sum = dy.mul(0);
                for (int i = 0; i < TensorSpace.of(entry).shape().size(); i++) {
                    Tensor unit = unit(entry, i);
                    sum = sum.add(right.apply(dy.mul(unit)).mul(unit));
                }
                return sum;
            };
        }
    },

    /** dx = dy: the derivative of the operation itself is forgotten. */
    NO_FACTOR {
        /**
         * Where the derivative is 1, this is no mistake; that of a reduction is 1 where it keeps the shape. Of a permutation it is the
         * mistake with the transpose.
         */
        private static final Set<String> IS_ONE = Set.of(
                "add 0",
                "add 1",
                "sub 0",
                "broadcastTo 0",
                "reshape 0",
                "sum 0",
                "max 0",
                "min 0",
                "logSumExp 0",
                "permute 0",
                "windows 0");

        @Override
        boolean fits(Entry<Tensor> entry, int input) {
            return !IS_ONE.contains(entry.name() + " " + input)
                    && TensorSpace.of(entry.operand(input)).dtype()
                            == TensorSpace.of(entry).dtype()
                    && TensorSpace.of(entry.operand(input))
                            .shape()
                            .broadcastsTo(TensorSpace.of(entry).shape());
        }

        @Override
        Pullback change(UnaryOperator<Tensor> right, Entry<Tensor> entry, int input) {
            return dy -> dy;
        }
    },

    /** dx = 0: there is no rule for the operand; at one step of a loop, the step is dropped. */
    NO_RULE {
        @Override
        boolean fits(Entry<Tensor> entry, int input) {
            return true;
        }

        @Override
        Pullback change(UnaryOperator<Tensor> right, Entry<Tensor> entry, int input) {
            return null;
        }
    };

    /** Whether one can make this mistake there. */
    abstract boolean fits(Entry<Tensor> entry, int input);

    abstract Pullback change(UnaryOperator<Tensor> right, Entry<Tensor> entry, int input);

    /** 1 for one element of the value, 0 for the others. */
    private static Tensor unit(Entry<Tensor> entry, int element) {
        double[] one = new double[TensorSpace.of(entry).shape().size()];
        one[element] = 1;
        return Tensor.of(TensorSpace.of(entry).shape(), one)
                .to(TensorSpace.of(entry).dtype());
    }

    /** 1 for the first repeat of an operand in a value, 0 for the others; null if nothing is repeated. */
    private static Tensor first(Entry<Tensor> entry, int input) {
        if (Set.of("concat", "pad").contains(entry.name())) {
            return null; // larger than the operand, but no repeats
        }
        boolean product = entry.name().equals("matmul");
        int[] x = TensorSpace.of(entry.operand(input)).shape().toArray();
        int[] y = TensorSpace.of(entry).shape().toArray();
        int last = product ? 2 : 0; // the axes of the matrices themselves are no repeats
        Tensor mask = Tensor.full(
                TensorSpace.of(entry).dtype(), 1, TensorSpace.of(entry).shape());
        boolean repeated = false;
        for (int back = y.length; back > last; back--) {
            int of = x.length < back ? 1 : x[x.length - back];
            int size = y[y.length - back];
            if (of != 1 && of != size) {
                return null; // no broadcasting: a reduction, a slice
            }
            if (of == 1 && size > 1) {
                repeated = true;
                int[] along = new int[y.length];
                Arrays.fill(along, 1);
                along[y.length - back] = size;
                Tensor one = Tensor.arange(TensorSpace.of(entry).dtype(), size)
                        .equalTo(0)
                        .reshape(along);
                mask = mask.mul(one);
            }
        }
        return repeated && x.length <= y.length ? mask : null;
    }
}

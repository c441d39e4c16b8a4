package rewind.nn.feedforward;

import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Scope;

/** Steps that are ids: whole numbers from 0 to less than a count, given as the numbers of a tensor. */
final class Ids {
    private Ids() {}

    /** Checks that samples are (steps) or (steps, 1), and that the element type can tell so many ids apart. */
    static void check(Scope scope, Shape input, int count) {
        Check.that(
                input.rank() == 1 || (input.rank() == 2 && input.size(1) == 1),
                "a sample must be ids, (steps) or (steps, 1)");
        Check.that(
                scope.dtype() != DType.FLOAT32 || count <= 1 << 24,
                "ids must be less than 16777216 = 2^24 in FLOAT32, which has no greater ones exactly, got %s; use FLOAT64",
                count);
    }

    /**
     * Returns the ids of a batch, (batch, steps); 0 for padding, which may hold anything.
     *
     * @throws IllegalArgumentException if one of them is no id
     */
    static Tensor of(Tensor x, Scope scope, int count) {
        Tensor ids = withoutPadding(x, scope);
        int steps = x.size(1);
        double[] values = ids.toArray();
        for (int i = 0; i < values.length; i++) {
            Check.that(
                    values[i] >= 0 && values[i] < count && values[i] == Math.rint(values[i]),
                    "ids must be whole numbers from 0 to %s, but sample %s, step %s is %s",
                    count - 1,
                    i / steps,
                    i % steps,
                    values[i]);
        }
        return ids;
    }

    /** The same for who takes rows by them, which refuses what is no id: unseen where they are recorded, as others come at other times. */
    static Tensor ofRows(Tensor x, Scope scope, int count) {
        Tensor ids = withoutPadding(x, scope);
        return ids.isRecorded() ? ids : of(x, scope, count);
    }

    private static Tensor withoutPadding(Tensor x, Scope scope) {
        Tensor ids = x.detach().reshape(x.size(0), x.size(1));
        if (scope.pass().lengths().isEmpty()) {
            return ids;
        }
        Tensor real = scope.pass().lengths().get().mask(x.dtype(), x.size(1));
        return Tensor.where(real.squeeze(2), ids, Tensor.zeros(x.dtype(), ids.shape()));
    }
}

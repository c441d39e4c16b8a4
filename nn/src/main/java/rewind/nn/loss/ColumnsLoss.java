package rewind.nn.loss;

import java.util.Arrays;
import java.util.function.BinaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * A loss of outputs that have several columns for every column of the targets: the parameters of a distribution, or quantiles. Outputs are
 * (batch, …, parts · n), first part 0 of all n columns, then part 1, for targets (batch, …, n); the mean over all outputs of a sample.
 *
 * @param name what messages and checkpoints call it
 * @param parts how many columns for each one of the targets
 * @param values a function of outputs (batch, …, parts, n) and targets (batch, …, 1, n)
 */
public record ColumnsLoss(String name, int parts, BinaryOperator<Tensor> values) implements Loss {
    @Override
    public Tensor perSample(Tensor output, Tensor target) {
        int[] sizes = target.shape().toArray();
        boolean columns = sizes.length > 1;
        int n = columns ? sizes[sizes.length - 1] : 0;
        int[] expected = sizes.clone();
        if (columns) {
            expected[sizes.length - 1] = parts * n;
        }
        Check.that(
                columns && output.shape().equals(Shape.of(expected)),
                "%s: the output must have %s columns for each of a target (batch, …, columns), got the shapes %s and %s",
                name,
                parts,
                output.shape(),
                target.shape());
        int[] apart = Arrays.copyOf(sizes, sizes.length + 1);
        apart[sizes.length] = n;
        apart[sizes.length - 1] = 1;
        Tensor y = target.reshape(apart);
        apart[sizes.length - 1] = parts;
        return Outputs.mean(values.apply(output.reshape(apart), y));
    }

    @Override
    public String toString() {
        return name;
    }
}

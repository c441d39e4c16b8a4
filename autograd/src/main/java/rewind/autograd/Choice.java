package rewind.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import rewind.autograd.TensorOperation.Ternary;
import rewind.autograd.kernel.Kernels;

/** Choosing elements by a condition. */
final class Choice {
    private Choice() {}

    /** See {@link Tensor#where(Tensor, Tensor, Tensor)}. */
    static Tensor where(Tensor condition, Tensor x, Tensor y) {
        Shape shape = Shape.broadcast("where", condition.shape(), Shape.broadcast("where", x.shape(), y.shape()));
        Tensor zero = x.scalar(0);
        return Op.compute(
                new Ternary("where", Kernels::where),
                shape,
                new Tensor[] {condition, x, y},
                null,
                z -> dz -> where(condition, dz, zero),
                z -> dz -> where(condition, zero, dz));
    }

    /** See {@link Tensor#where(Tensor, Function, Function, List)}. */
    static Tensor where(
            Tensor condition,
            Function<List<Tensor>, Tensor> f,
            Function<List<Tensor>, Tensor> g,
            List<Tensor> operands) {
        Check.that(!operands.isEmpty(), "where: branches that are functions need at least one operand");
        Shape shape = condition.shape();
        for (Tensor each : operands) {
            shape = Shape.broadcast("where", shape, each.shape());
        }
        double[] holds = condition.detach().broadcastTo(shape).toArray();
        int[] first = positions(holds, true);
        int[] second = positions(holds, false);
        List<Tensor> parts = new ArrayList<>();
        for (int[] chosen : new int[][] {first, second}) {
            if (chosen.length > 0) {
                parts.add(branch(chosen == first ? f : g, operands, shape, chosen));
            }
        }
        if (parts.isEmpty()) {
            return operands.get(0).broadcastTo(shape); // of no elements
        }
        int[] order = new int[holds.length];
        for (int i = 0; i < first.length; i++) {
            order[first[i]] = i;
        }
        for (int i = 0; i < second.length; i++) {
            order[second[i]] = first.length + i;
        }
        return Joins.concat(0, parts.toArray(new Tensor[0])).gather(order).reshape(shape.toArray());
    }

    /** What a branch makes of the chosen elements of the operands, as a vector. */
    private static Tensor branch(
            Function<List<Tensor>, Tensor> branch, List<Tensor> operands, Shape shape, int... chosen) {
        Shape vector = Shape.of(chosen.length);
        Tensor result = branch.apply(operands.stream()
                .map(each -> each.broadcastTo(shape).reshape(shape.size()).gather(chosen))
                .toList());
        Check.that(
                result != null && result.shape().broadcastsTo(vector),
                "where: a branch must give one number for each of the %s elements that it sees, got %s; what else it"
                        + " depends on belongs among the operands",
                chosen.length,
                result == null ? "null" : "the shape " + result.shape());
        return result.broadcastTo(vector);
    }

    /** Where the condition holds, or where it does not. */
    private static int[] positions(double[] condition, boolean held) {
        int[] positions = new int[condition.length];
        int count = 0;
        for (int i = 0; i < condition.length; i++) {
            if ((condition[i] != 0) == held) {
                positions[count++] = i;
            }
        }
        return Arrays.copyOf(positions, count);
    }
}

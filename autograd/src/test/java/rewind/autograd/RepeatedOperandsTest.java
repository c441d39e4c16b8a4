package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.math3.random.Well19937c;

/** Loops over operands that are repeated may begin and end within a row: where threads share them, and where several are one. */
class RepeatedOperandsTest {
    @Property(tries = 100)
    void haveTheBitsOfOperandsThatWereRepeatedBefore(
            @ForAll @Size(min = 2, max = 4) List<@IntRange(min = 1, max = 13) Integer> outer,
            @ForAll @IntRange(min = 1, max = 61) int inner,
            @ForAll @Size(3) List<@IntRange(max = 31) Integer> repeated,
            @ForAll DType dtype) {
        int[] sizes = new int[outer.size() + 1];
        for (int axis = 0; axis < outer.size(); axis++) {
            sizes[axis] = outer.get(axis);
        }
        sizes[outer.size()] = inner;
        List<Tensor> operands = List.of(
                operand(dtype, 1, repeated.get(0), sizes),
                operand(dtype, 2, repeated.get(1), sizes),
                operand(dtype, 3, repeated.get(2), sizes),
                operand(dtype, 4, 0, sizes));
        Function<List<Tensor>, List<Tensor>> f = in -> List.of(
                in.get(3).mul(in.get(0)).add(in.get(1)),
                Tensor.where(in.get(0), in.get(1), in.get(2)).sub(in.get(3)));
        List<Tensor> before =
                f.apply(operands.stream().map(each -> each.broadcastTo(sizes)).toList());
        List<Tensor> replayed = Workspace.replay(f, List.of(), operands).run(List.of(), operands);
        List<Tensor> plain = f.apply(operands);
        for (int i = 0; i < 2; i++) {
            assertThat(plain.get(i).toArray()).isEqualTo(before.get(i).toArray());
            assertThat(replayed.get(i).toArray()).isEqualTo(before.get(i).toArray());
        }
    }

    /** Many short rows, of which some operands have one alone, or one element: several are one loop. */
    @Property(tries = 60)
    void shortRowsThatAreRepeated(
            @ForAll @IntRange(min = 1, max = 3) int outer,
            @ForAll @IntRange(min = 1, max = 90) int rows,
            @ForAll @IntRange(min = 1, max = 70) int n,
            @ForAll @Size(3) List<@IntRange(max = 3) Integer> kinds,
            @ForAll DType dtype) {
        int[] sizes = {outer, rows, n};
        int[] repeated = {0, 2, 3, 6}; // nothing, the rows, the rows of all, a row for each
        Tensor x = operand(dtype, 1, repeated[kinds.get(0)], sizes);
        Tensor y = operand(dtype, 2, repeated[kinds.get(1)], sizes);
        Tensor z = operand(dtype, 3, repeated[kinds.get(2)], sizes);
        Tensor wholeX = x.broadcastTo(sizes);
        Tensor wholeY = y.broadcastTo(sizes);
        Tensor wholeZ = z.broadcastTo(sizes);
        assertThat(x.sub(y).broadcastTo(sizes).toArray())
                .isEqualTo(wholeX.sub(wholeY).toArray());
        assertThat(Tensor.where(x, y, z).broadcastTo(sizes).toArray())
                .isEqualTo(Tensor.where(wholeX, wholeY, wholeZ).toArray());
        assertThat(Tensor.where(z, x, y).broadcastTo(sizes).toArray())
                .isEqualTo(Tensor.where(wholeZ, wholeX, wholeY).toArray());
    }

    /** Its axes of the bits that are set have size 1; some elements are 0. */
    private static Tensor operand(DType dtype, int seed, int repeated, int... sizes) {
        int[] own = sizes.clone();
        for (int axis = 0; axis < own.length; axis++) {
            own[axis] = (repeated >> axis & 1) == 1 ? 1 : own[axis];
        }
        return Tensor.randn(dtype, new Well19937c(seed), own).relu();
    }
}

package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Tensor;

/** Right functions pass at any shape, also an empty one, and a planted error is found wherever it is. */
class GradientCheckProperties {
    private static final int TRIES = 200;

    @Provide
    Arbitrary<int[]> shapes() {
        return Arbitraries.integers()
                .between(0, 4)
                .array(int[].class)
                .ofMinSize(0)
                .ofMaxSize(3);
    }

    @Provide
    Arbitrary<int[]> shapesWithElements() {
        return Arbitraries.integers()
                .between(1, 4)
                .array(int[].class)
                .ofMinSize(0)
                .ofMaxSize(3);
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs().withoutEdgeCases();
    }

    private static Tensor random(long seed, int... sizes) {
        return Tensor.randn(new Well19937c(seed), sizes);
    }

    @Property(tries = TRIES)
    void elementwiseFunctionsPass(@ForAll("shapes") int[] sizes, @ForAll("seeds") long seed) {
        Tensor x = random(seed, sizes);
        GradientCheck.of(in ->
                        in.tanh().mul(in.square().add(1).log()).sub(in.sigmoid().exp()))
                .at(x)
                .seed(seed)
                .secondOrder()
                .verify();
    }

    @Property(tries = TRIES)
    void broadcastOperandsPass(
            @ForAll("shapes") int[] sizes, @ForAll @IntRange(max = 7) int repeated, @ForAll("seeds") long seed) {
        int[] smaller = sizes.clone();
        for (int axis = 0; axis < sizes.length; axis++) {
            smaller[axis] = (repeated >> axis & 1) == 1 ? 1 : sizes[axis];
        }
        GradientCheck.of((x, y) -> x.mul(y).add(y).div(x.square().add(2)))
                .at(random(seed, sizes), random(seed + 1, smaller))
                .secondOrder()
                .verify();
    }

    @Property(tries = TRIES)
    void compositionsOfSeveralInputsPass(
            @ForAll @IntRange(max = 4) int m,
            @ForAll @IntRange(max = 4) int s,
            @ForAll @IntRange(max = 4) int u,
            @ForAll("seeds") long seed) {
        GradientCheck.ofAll(in -> in.get(0).matmul(in.get(1)).add(in.get(2)).tanh())
                .inputNames("x", "U", "b")
                .at(random(seed, m, s), random(seed + 1, s, u), random(seed + 2, u))
                .secondOrder()
                .verify();
    }

    @Property(tries = TRIES)
    void derivationsPass(@ForAll("shapes") int[] sizes, @ForAll("seeds") long seed) {
        GradientCheck check = GradientCheck.of(in -> in.tanh().sum()).at(random(seed, sizes));
        check.against(x -> x.tanh().square().oneMinus()).tolerance(1e-12).verify();
    }

    @Property(tries = TRIES)
    void thePlantedElementIsFound(
            @ForAll("shapesWithElements") int[] sizes,
            @ForAll @IntRange(max = 63) int place,
            @ForAll("seeds") long seed) {
        Tensor x = random(seed, sizes);
        int position = place % x.size();
        Optional<String> failure = GradientCheck.of(in -> WrongRules.tanhWrongAt(position, 1.001, in))
                .named("tanh")
                .at(x)
                .seed(seed)
                .failure();
        assertThat(failure.orElseThrow())
                .startsWith("gradient check: tanh, input 0 " + x.shape() + ", element " + index(position, sizes) + "\n")
                .contains("\n  relative error 1.0e-03 exceeds 1.0e-06\n  1 of " + x.size() + " elements differ");
    }

    private static List<Integer> index(int position, int[] sizes) {
        Integer[] index = new Integer[sizes.length];
        int rest = position;
        for (int axis = sizes.length - 1; axis >= 0; axis--) {
            index[axis] = rest % sizes[axis];
            rest /= sizes[axis];
        }
        return List.of(index);
    }

    @Property(tries = TRIES)
    void wrongRulesAreFoundWhateverTheValues(@ForAll("seeds") long seed) {
        Tensor x = random(seed, 3, 3);
        Tensor y = random(seed + 1, 3, 3);
        List<GradientCheck> checks = List.of(
                GradientCheck.of(WrongRules::signError).at(x),
                GradientCheck.of(WrongRules::factorForgotten).at(x),
                GradientCheck.of(WrongRules::transposeForgotten).at(x, y),
                GradientCheck.of(WrongRules::meanForSum).at(x, y.select(0, 1)),
                GradientCheck.of(WrongRules::termDropped).at(x.select(0, 0)),
                GradientCheck.of(WrongRules::wrongPlace).at(x),
                GradientCheck.of(WrongRules::cotangentIgnored).at(x),
                GradientCheck.of(WrongRules::swapped).at(x, y),
                GradientCheck.of(WrongRules::detachedCube).at(x).secondOrder());
        for (GradientCheck check : checks) {
            assertThat(check.seed(seed).failure()).isPresent();
        }
    }
}

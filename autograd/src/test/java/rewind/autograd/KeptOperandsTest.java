package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.Test;
import rewind.autograd.Trace.Recorded;

/**
 * Whatever a user's function, rule or pullback can get hold of and keep, while later steps use the same memory: it stays as it was, or
 * using it is an error. It is never another number.
 */
class KeptOperandsTest {
    private static final List<UnaryOperator<Tensor>> VIEWS = List.of(
            x -> x,
            x -> x.reshape(6),
            x -> x.slice(0, 1, 2),
            x -> x.select(0, 1),
            x -> x.reshape(3, 2).slice(0, 0, 2).reshape(4),
            x -> x.slice(0, 0, 2), // everything, so the same tensor
            x -> x.mul(2),
            x -> x.mul(3).detach(), // not of x itself: its array would not be used again
            x -> x.mul(4).slice(0, 1, 2).detach());

    private record Kept(String what, Tensor tensor, double... values) {
        void stayedOrIsRefused() {
            try {
                assertThat(tensor.toArray()).as(what).containsExactly(values);
            } catch (IllegalStateException refused) {
                assertThat(refused)
                        .as(what)
                        .hasMessageMatching("toArray: a value of a (closed tape|reverse sweep) was used.*");
                assertThatThrownBy(() -> tensor.add(1)).as(what).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> tensor.reshape(1, 1, -1)).as(what).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(tensor::detach).as(what).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(tensor::isFinite).as(what).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> tensor.greater(0)).as(what).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private final Workspace workspace = new Workspace();
    private final List<Kept> kept = new ArrayList<>();

    private void keep(String what, Tensor x) {
        for (int i = 0; i < VIEWS.size(); i++) {
            Tensor view = VIEWS.get(i).apply(x);
            kept.add(new Kept(what + ", view " + i, view, view.toArray()));
        }
    }

    /** An operation whose function, rules and pullbacks keep all that they get and make. */
    private Tensor hoarding(String name, Tensor a, Tensor b) {
        return Tensor.op(
                name,
                in -> {
                    Tensor product = in[0].mul(in[1]);
                    Arrays.stream(in).forEach(each -> keep(name + " operand", each));
                    keep(name + " product", product);
                    return product;
                },
                List.of(a, b),
                y -> {
                    keep(name + " y of the rule", y);
                    return dy -> {
                        keep(name + " dy", dy);
                        Tensor dx = dy.mul(b);
                        keep(name + " dx", dx);
                        return dx;
                    };
                },
                y -> dy -> Tensor.op(
                        name + " inside",
                        in -> {
                            keep(name + " operand inside the sweep", in[0]);
                            return in[0].mul(in[1]);
                        },
                        List.of(dy.mul(1), a.detach()),
                        z -> dz -> dz.mul(a),
                        null));
    }

    private void step(int seed) {
        try (Tape tape = new Tape(workspace)) {
            Tensor x = tape.watch(Tensor.randn(new MersenneTwister(seed), 2, 3));
            Tensor h = x.tanh();
            for (int i = 0; i < 3; i++) {
                h = hoarding("own " + i, h.sigmoid().add(h), h.square());
            }
            keep("gradient", tape.backward(h.sum()).of(x));
            keep("recorded gradient", tape.backwardRecorded(h.sum()).of(x));
            Trace trace = Trace.of(in -> in.get(0).exp().named("e").mul(in.get(0)), List.of(h));
            trace.named().values().forEach(each -> keep("named", each));
            for (Recorded operation : trace.operations()) {
                operation.inputs().forEach(each -> keep("operand of a trace", each));
                keep("value of a trace", operation.value());
            }
            keep("result of a trace", trace.result());
            keep(
                    "gradient of a function",
                    Grad.gradient(v -> hoarding("nested", v, v.exp()).sum(), h));
            keep(
                    "adjoint",
                    Trace.adjoints(in -> in.get(0).exp().named("e"), List.of(h), h.detach())
                            .get(new Trace.Name("e", 0)));
        }
    }

    @Property(tries = 20)
    void whatIsKeptIsNeverAnotherNumber(
            @ForAll @IntRange(max = 1_000_000) int seed, @ForAll @IntRange(min = 1, max = 6) int steps) {
        kept.clear();
        for (int step = 0; step < steps; step++) {
            step(seed + step);
        }
        assertThat(kept).hasSizeGreaterThan(100);
        kept.forEach(Kept::stayedOrIsRefused);
    }

    @Test
    void theOperandOfAnOperationBelongsToTheTape() {
        Tensor[] operand = new Tensor[1];
        Tensor[] copy = new Tensor[1];
        try (Tape tape = new Tape(workspace)) {
            Tensor x = tape.watch(Tensor.of(1.0, 2)).mul(3);
            Tensor y = Tensor.op(
                    "own",
                    in -> {
                        operand[0] = in[0];
                        copy[0] = in[0].detach();
                        return in[0].exp();
                    },
                    List.of(x),
                    z -> dz -> dz.mul(z));
            assertThat(y.isRecorded()).isTrue();
            assertThat(operand[0].toArray()).containsExactly(3, 6);
        }
        assertThatThrownBy(() -> operand[0].toArray())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("toArray: a value of a closed tape was used; detach() what must outlive the tape");
        step(5);
        assertThat(copy[0].toArray()).containsExactly(3, 6);
    }

    /** A function may return what it got, or a part of it, or something of its own. */
    @Test
    void whatAFunctionReturns() {
        Tensor own = Tensor.of(7.0, 8);
        Tensor[] results = new Tensor[3];
        try (Tape tape = new Tape(workspace)) {
            Tensor x = tape.watch(Tensor.of(1.0, 2)).mul(3);
            results[0] =
                    Tensor.op("same", in -> in[0], List.of(x), y -> dy -> dy).detach();
            results[1] = Tensor.op("part", in -> in[0].slice(0, 0, 1), List.of(x), y -> dy -> dy.pad(0, 0, 1))
                    .detach();
            results[2] =
                    Tensor.op("other", in -> own, List.of(x), y -> dy -> dy).detach();
        }
        step(6);
        assertThat(results[0].toArray()).containsExactly(3, 6);
        assertThat(results[1].toArray()).containsExactly(3);
        assertThat(results[2].toArray()).containsExactly(7, 8);
        assertThat(own.toArray()).containsExactly(7, 8);
    }

    @Test
    void aShiftedTraceInsideATape() {
        Tensor input = Tensor.randn(new MersenneTwister(3), 2, 3);
        try (Tape tape = new Tape(workspace)) {
            Tensor x = tape.watch(input);
            Trace trace = Trace.shifted(
                    in -> in.get(0).named("x").square(), List.of(x), Map.of(new Trace.Name("x", 0), Tensor.ones(2, 3)));
            keep("shifted", trace.result());
            assertThat(trace.result().toArray())
                    .containsExactly(input.add(1).square().toArray());
        }
        step(7);
        kept.forEach(Kept::stayedOrIsRefused);
    }
}

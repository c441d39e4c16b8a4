package rewind.nn.recurrent;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.layer.Pass;
import rewind.nn.layer.States;

/** What units keep of the state before a step. Source: Krueger et al., ICLR 2017. */
final class Zoneout {
    private Zoneout() {}

    /**
     * Returns what is taken from the state before: in training units chosen at random, by masks that are drawn for all steps at once; else a
     * part of all of them.
     *
     * @param x the sequences, (batch, steps, features)
     * @param zero a state, for its shapes
     */
    static <S> Unroll.Zones<S> of(double rate, Pass pass, Tensor x, S zero) {
        if (!pass.training()) {
            return (k, next, before) ->
                    States.zip(next, before, (n, b) -> n.mul(1 - rate).add(b.mul(rate)));
        }
        List<List<Tensor>> masks = States.tensors(zero).stream()
                .map(tensor -> masks(rate, pass, x, tensor))
                .toList();
        return (k, next, before) -> {
            Iterator<List<Tensor>> mask = masks.iterator();
            return States.zip(next, before, (n, b) -> Tensor.where(mask.next().get(k), b, n));
        };
    }

    /** 1 where a unit keeps its value, with the probability of the rate, of each step. */
    private static List<Tensor> masks(double rate, Pass pass, Tensor x, Tensor tensor) {
        DType dtype = x.dtype();
        int[] sizes = IntStream.concat(
                        IntStream.of(x.size(1)), IntStream.of(tensor.shape().toArray()))
                .toArray();
        return pass.draw(
                        x,
                        "Bernoulli(" + rate + ")",
                        rng -> Tensor.uniform(rng, 0, 1, sizes).less(rate).to(dtype))
                .named("kept")
                .unstack(0);
    }
}

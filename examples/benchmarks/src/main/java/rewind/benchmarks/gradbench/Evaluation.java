package rewind.benchmarks.gradbench;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;

/**
 * A function at its input: computed as often as is asked for, and the last result told.
 *
 * @param compute what is timed
 * @param output the result as JSON has it
 */
record Evaluation<R>(Supplier<R> compute, Function<R, Object> output) {
    /** One that gives a tensor. */
    static Evaluation<Tensor> of(Supplier<Tensor> compute) {
        return new Evaluation<>(compute, Tensor::toNestedArray);
    }

    /** The value of a function that does the same whatever the numbers are, recorded once and replayed. */
    static Evaluation<Tensor> ofValue(Function<List<Tensor>, Tensor> f, Tensor... x) {
        List<Tensor> at = List.of(x);
        Workspace.Replay replay = Workspace.replay(in -> List.of(f.apply(in)), List.of(), at);
        return of(() -> replay.again(List.of(), at).get(0));
    }

    /** Its gradients, likewise; the value must have one element. */
    static Evaluation<List<Tensor>> ofGradients(
            Function<List<Tensor>, Tensor> f, Function<List<Tensor>, Object> output, Tensor... x) {
        List<Tensor> at = List.of(x);
        Workspace.Replay replay = Workspace.replay(in -> List.of(f.apply(in)), at, List.of());
        return new Evaluation<>(() -> replay.again(at, List.of()), both -> output.apply(both.subList(1, both.size())));
    }

    /** The gradient of a function of one tensor, likewise. */
    static Evaluation<List<Tensor>> ofGradient(Function<List<Tensor>, Tensor> f, Tensor x) {
        return ofGradients(f, dx -> dx.get(0).toNestedArray(), x);
    }

    /** The last result. */
    Object result(Runs runs) {
        R result;
        do {
            long start = System.nanoTime();
            result = compute.get();
            runs.took("evaluate", System.nanoTime() - start);
        } while (runs.goOn());
        return output.apply(result);
    }
}

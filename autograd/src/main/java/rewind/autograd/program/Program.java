package rewind.autograd.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.algebra.Term;
import rewind.autograd.picture.Drawing;
import rewind.autograd.replay.CompiledProgram;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/**
 * A function of tensors, recorded once for inputs of given shapes, as a value: it can be run again with other numbers, differentiated,
 * composed, counted, and written down. Immutable; calls may run on several threads at once.
 *
 * <pre>{@code
 * Program step = Program.of(in -> cell.step(in.get(0), in.get(1)), x, h).inputs("x", "h");
 * Tensor next = step.run(x2, h2);                        // the same bits as the function
 * System.out.println(step.equations());                  // h_ = x·U + h·V + b …
 * System.out.println(step.adjoint().equations());        // dh_ = dy ⊙ (1 − h²) …
 * }</pre>
 *
 * <p>Tensors that the function uses from outside are constants of the program. What a function does besides computing tensors happens while
 * it is recorded, and is not repeated.
 */
@CheckReturnValue
public final class Program {
    private final Function<List<Tensor>, List<Tensor>> function;
    private final List<Tensor> examples;
    private final List<Input> inputs;
    private final List<String> results;
    /** How many of the inputs come before the cotangents of an {@link #adjoint}; all if it is none. */
    private final int primal;

    private final Trace trace;

    private Program(
            Function<List<Tensor>, List<Tensor>> function,
            List<Tensor> examples,
            List<Input> inputs,
            List<String> results,
            int primal,
            Trace trace) {
        this.function = function;
        this.examples = List.copyOf(examples);
        this.inputs = inputs;
        this.results = results;
        this.primal = primal;
        this.trace = trace;
    }

    /**
     * Records a function of several tensors with one result.
     *
     * @param examples inputs of the shapes and types that the program is for
     * @throws IllegalArgumentException if there is no input, or the function returns null, or reads numbers out of the recording
     */
    public static Program of(Function<List<Tensor>, Tensor> f, Tensor... examples) {
        return ofSeveral(in -> Arrays.asList(f.apply(in)), examples);
    }

    /**
     * Records a function of several tensors with several results.
     *
     * @throws IllegalArgumentException as {@link #of}
     */
    public static Program ofSeveral(Function<List<Tensor>, List<Tensor>> f, Tensor... examples) {
        Check.that(examples.length > 0, "program: there must be at least one input");
        List<Tensor> constants = Arrays.stream(examples).map(Tensor::detach).toList();
        Trace trace = Trace.complete(f, constants);
        List<String> names = Naming.numbered("x", examples.length);
        List<Input> inputs = IntStream.range(0, examples.length)
                .mapToObj(i -> new Input(names.get(i), examples[i].shape(), examples[i].dtype(), null))
                .toList();
        return new Program(
                f, constants, inputs, Naming.numbered("y", trace.results().size()), inputs.size(), trace);
    }

    /**
     * Names the inputs in equations; by default x, or x1, x2, …
     *
     * @throws IllegalArgumentException if there are not as many different names as inputs, or one is not a letter with letters, digits,
     *     _, primes or signs like ⁻ after it; a path as lstm/U is one as well
     */
    public Program inputs(String... names) {
        Naming.require(inputs.size(), "input", List.of(names));
        List<Input> named = IntStream.range(0, names.length)
                .mapToObj(i -> inputs.get(i).named(names[i]))
                .toList();
        return new Program(function, examples, named, results, primal, trace);
    }

    /**
     * Names the results in equations; by default y, or y1, y2, …
     *
     * @throws IllegalArgumentException if there are not as many different names as results
     */
    public Program results(String... names) {
        Naming.require(results.size(), "result", List.of(names));
        return new Program(function, examples, inputs, List.of(names), primal, trace);
    }

    /**
     * Says that an axis of an input counts steps, so that equations write its part at step t as x⟨t⟩.
     *
     * @throws IllegalArgumentException if there is no such input or axis
     */
    public Program sequence(String input, int axis) {
        return parts(input, axis, List.of());
    }

    /**
     * Names the parts of an input along its first axis, as stacked parameters have them: Uf, Ui, …
     *
     * @throws IllegalArgumentException if there is no such input, or not one name per part
     */
    public Program blocks(String input, List<String> names) {
        return parts(input, 0, names);
    }

    private Program parts(String input, int axis, List<String> names) {
        int place = inputNames().indexOf(input);
        Check.that(place >= 0, "program: there must be an input %s, got %s", input, inputNames());
        List<Input> changed = new ArrayList<>(inputs);
        changed.set(place, inputs.get(place).parted(axis, names));
        return new Program(function, examples, changed, results, primal, trace);
    }

    /**
     * Computes the results for other inputs: the same bits as the function. Nothing is recorded of it.
     *
     * @throws IllegalArgumentException if their number, a shape or a type differs from what was recorded, or one lies on a tape
     */
    public List<Tensor> runAll(List<Tensor> at) {
        Running.requireDetached(this, at);
        return Running.of(this, at);
    }

    /** Computes the result for other inputs, the first one if there are several; see {@link #runAll}. */
    public Tensor run(Tensor... at) {
        return runAll(List.of(at)).get(0);
    }

    /**
     * Returns the program of the reverse sweep: from the inputs and a cotangent dy of every result to Jᵀ·dy for every input.
     *
     * @throws IllegalArgumentException if no result depends on an input
     */
    public Program adjoint() {
        return withCotangents((x, dy) -> Grad.vjp(function, x, dy), List.of());
    }

    /**
     * Returns the program of both passes: from the inputs and a cotangent dy of every result to the results, and Jᵀ·dy for every input. Its
     * equations are the whole derivation.
     *
     * @throws IllegalArgumentException if no result depends on an input
     */
    public Program withAdjoint() {
        return withCotangents(
                (x, dy) -> {
                    Grad.ValuesAndGradients both = Grad.valuesAndVjp(function, x, dy);
                    return joined(both.values(), both.gradients());
                },
                results);
    }

    /**
     * Returns the program of a derivation by hand in the place of {@link #adjoint}, so that its equations can be read beside those of
     * reverse mode: of a function from the inputs and a cotangent of every result, usually to a gradient of every input.
     */
    public Program adjoint(BiFunction<List<Tensor>, List<Tensor>, List<Tensor>> byHand) {
        return withCotangents(byHand, List.of());
    }

    /** Of the inputs and cotangents, with results of those names before the gradients. */
    private Program withCotangents(BiFunction<List<Tensor>, List<Tensor>, List<Tensor>> sweep, List<String> before) {
        requireDependence();
        int count = inputs.size();
        List<Tensor> at = new ArrayList<>(examples);
        List<Input> all = new ArrayList<>(inputs);
        List<Term.Parts> parts = Reader.partsOfCotangents(this);
        for (int i = 0; i < results.size(); i++) {
            Tensor y = trace.results().get(i);
            at.add(Tensor.ones(y.shape().toArray()).to(y.dtype()));
            String dy = Naming.unlike(Naming.adjointOf(results.get(i)), inputs);
            all.add(new Input(dy, y.shape(), y.dtype(), parts.get(i)));
        }
        Function<List<Tensor>, List<Tensor>> whole =
                in -> sweep.apply(in.subList(0, count), in.subList(count, in.size()));
        Trace both = Trace.complete(whole, at);
        List<String> gradients = inputNames().stream().map(Naming::adjointOf).toList();
        boolean ofAll = both.results().size() == before.size() + count;
        List<String> names = ofAll
                ? joined(before, gradients)
                : Naming.numbered("y", both.results().size());
        return new Program(whole, at, all, names, count, both);
    }

    /**
     * Returns the program of forward mode: from the inputs and a tangent of every input to J·v for every result. It is the adjoint of the
     * adjoint, which is linear in its cotangent.
     *
     * @throws IllegalArgumentException if no result depends on an input
     */
    public Program tangent() {
        requireDependence();
        int count = inputs.size();
        List<Tensor> at = new ArrayList<>(examples);
        List<Input> all = new ArrayList<>(inputs);
        for (Input x : inputs) {
            at.add(Tensor.ones(x.shape().toArray()).to(x.dtype()));
            all.add(x.tangent());
        }
        List<Tensor> zeros = trace.results().stream()
                .map(y -> Tensor.zeros(y.dtype(), y.shape()))
                .toList();
        Function<List<Tensor>, List<Tensor>> push = in -> {
            List<Tensor> x = in.subList(0, count);
            return Grad.vjp(dy -> Grad.vjp(function, x, dy), zeros, in.subList(count, in.size()));
        };
        List<String> tangents = results.stream().map(Naming::tangentOf).toList();
        return new Program(push, at, all, tangents, count, Trace.complete(push, at));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        return Stream.of(first, second).flatMap(List::stream).toList();
    }

    private void requireDependence() {
        Check.that(
                trace.positions().stream().anyMatch(position -> position >= 0),
                "program: the results depend on no input, so there is nothing to differentiate");
    }

    /**
     * Returns this program after another: its inputs are the other's results.
     *
     * @throws IllegalArgumentException if the other's results do not have the number, shapes and types of its inputs
     */
    public Program after(Program first) {
        Running.requireFitting(this, first.trace.results());
        Function<List<Tensor>, List<Tensor>> both = in -> function.apply(first.function.apply(in));
        Trace whole = Trace.complete(both, first.examples);
        return new Program(both, first.examples, first.inputs, results, first.inputs.size(), whole);
    }

    /** Returns what running it takes. */
    public Cost cost() {
        return new Cost(this);
    }

    /** Returns a picture of it: operations in frames of layers, equal steps once, shapes on the lines, and flops as colours. */
    public Drawing picture() {
        Map<String, Shape> named = new LinkedHashMap<>();
        inputs.forEach(input -> named.put(input.name(), input.shape()));
        Shape[] all = Cost.shapes(this);
        return Drawing.of(trace, named, results, each -> Cost.flops(each, all));
    }

    /** Returns it as mathematics. */
    public Equations equations() {
        return Equations.of(this);
    }

    /** Returns it compiled, so that runs take no memory but for their results; it is computed twice for that, but nothing drawn. */
    public CompiledProgram compile() {
        return CompiledProgram.of(at -> Running.of(this, at), at -> Running.requireFitting(this, at), examples);
    }

    /** Returns how much memory its runs take compiled, and recorded on a tape. */
    public CompiledProgram.Bytes memory() {
        return compile().memory();
    }

    /** Returns the recording: the operations in their order, and the positions of their operands, those of the inputs first. */
    public Trace trace() {
        return trace;
    }

    /** Returns inputs of the shapes and types that the program is for. */
    public List<Tensor> examples() {
        return examples;
    }

    /** Returns the names of the inputs. */
    public List<String> inputNames() {
        return inputs.stream().map(Input::name).toList();
    }

    /** Returns the names of the results. */
    public List<String> resultNames() {
        return results;
    }

    List<Input> variables() {
        return inputs;
    }

    int primal() {
        return primal;
    }

    /** Returns the inputs, the results and the number of operations. */
    @Override
    public String toString() {
        List<String> from =
                inputs.stream().map(input -> input.name() + " " + input.shape()).toList();
        List<String> to = IntStream.range(0, results.size())
                .mapToObj(i -> results.get(i) + " " + trace.results().get(i).shape())
                .toList();
        String both = String.join(", ", from) + " → " + String.join(", ", to);
        return "Program of " + trace.operations().size() + " operations: " + both;
    }
}

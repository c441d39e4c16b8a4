package rewind.nn;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.layer.Cell;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;
import rewind.nn.layer.States;

/**
 * Checks of cells, layers and models with respect to everything that their results depend on, in one line of a test:
 *
 * <pre>{@code
 * GradientChecks.of(model).verify();
 * GradientChecks.of(lstm(4).sequences(true), Shape.of(5, 3)).verifyAll();
 * GradientChecks.ofIds(model, words).verify();                                 // an embedding comes first
 * GradientChecks.ofCell(MyCell::define, 3, 4, h -> h).verify();
 * }</pre>
 *
 * <p>A batch has {@value #BATCH} samples. Inputs and first states are drawn from the standard normal distribution, and parameters that
 * must be drawn as the definition says. Gradients that are truncated on purpose are not those of the function and fail.
 */
public final class GradientChecks {
    private static final int BATCH = 3;
    private static final long SEED = 1;

    private GradientChecks() {}

    /** Returns a check of a model with its parameters, an input drawn at random, and the first states of its recurrent layers. */
    public static GradientCheck of(Model model) {
        int[] sample = model.input().toArray();
        int[] batch = new int[sample.length + 1];
        batch[0] = BATCH;
        System.arraycopy(sample, 0, batch, 1, sample.length);
        return of(model, Tensor.randn(model.dtype(), new Well19937c(SEED), batch));
    }

    /** Returns a check of a model with its parameters, an input (batch, …input), and the first states of its recurrent layers. */
    public static GradientCheck of(Model model, Tensor x) {
        return of(model, x, true);
    }

    /**
     * Returns a check of a model whose input has no derivative, as the ids of an embedding, with its parameters and the first states of
     * its recurrent layers.
     *
     * @param ids the input, (batch, …input)
     */
    public static GradientCheck ofIds(Model model, Tensor ids) {
        return of(model, ids, false);
    }

    private static GradientCheck of(Model model, Tensor x, boolean byInput) {
        Parameters parameters = model.parameters();
        Pass pass = Pass.inference();
        model.forward(parameters, x, pass);
        Inputs arguments = new Inputs();
        arguments.add(parameters);
        if (byInput) {
            arguments.add("x", x);
        }
        Map<String, Object> states = new TreeMap<>(pass.lastStates());
        states.forEach((layer, state) -> arguments.addState("first state of " + layer, state));
        return arguments.check("model", in -> {
            Parameters with = Inputs.next(in, parameters);
            Tensor input = byInput ? in.next() : x;
            Pass from = Pass.inference();
            for (Map.Entry<String, Object> state : states.entrySet()) {
                from = from.from(state.getKey(), States.map(state.getValue(), old -> in.next()));
            }
            List<Tensor> results = new ArrayList<>(List.of(model.forward(with, input, from)));
            new TreeMap<>(from.lastStates()).values().forEach(state -> results.addAll(States.tensors(state)));
            return together(results);
        });
    }

    /**
     * Returns a check of a layer with its parameters, input and first states.
     *
     * @param sample the shape of one sample, without the batch axis
     */
    public static GradientCheck of(Layer layer, Shape sample) {
        return of(Sequential.of(layer).build(sample, SEED)).named(layer.name());
    }

    /**
     * Returns a check of one step of a cell with its parameters, its input (batch, inputs) and its state.
     *
     * @param zero the state of which a tensor (batch, units) is every part: {@code h -> h} if it is one tensor
     */
    public static <S> GradientCheck ofCell(
            CellDefinition<S> definition, int inputs, int units, Function<Tensor, S> zero) {
        RandomGenerator rng = new Well19937c(SEED);
        Scope drawing = Scope.drawing(rng);
        Cell<S> drawn = definition.define(drawing, inputs, units);
        S state = zero.apply(Tensor.zeros(BATCH, units));
        drawn.step(Tensor.zeros(BATCH, inputs), state); // which may apply layers with parameters of their own
        Parameters parameters = drawing.parameters();
        Inputs arguments = new Inputs();
        arguments.add(parameters);
        arguments.add("x", Tensor.randn(rng, BATCH, inputs));
        arguments.addState("state", state);
        return arguments.check("cell", in -> {
            Cell<S> cell = definition.define(Scope.of(Inputs.next(in, parameters)), inputs, units);
            Tensor x = in.next();
            return together(States.tensors(cell.step(x, States.map(state, old -> in.next()))));
        });
    }

    /** One result as it is, several as one vector. */
    private static Tensor together(List<Tensor> results) {
        return results.size() == 1
                ? results.get(0)
                : Tensor.concat(
                        0, results.stream().map(each -> each.reshape(-1)).toList());
    }

    /** The inputs of a check, with their names. */
    private static final class Inputs {
        private final RandomGenerator rng = new Well19937c(SEED + 1);
        private final List<String> names = new ArrayList<>();
        private final List<Tensor> values = new ArrayList<>();

        void add(String name, Tensor value) {
            names.add(name);
            values.add(value);
        }

        void add(Parameters parameters) {
            parameters.stored().forEach(name -> add(name, parameters.get(name)));
        }

        /** Adds every tensor of a state, drawn anew. */
        void addState(String name, Object state) {
            List<Tensor> parts = States.tensors(state);
            for (int i = 0; i < parts.size(); i++) {
                Tensor part = parts.get(i);
                String number = parts.size() == 1 ? "" : " (" + (i + 1) + ")";
                add(name + number, Tensor.randn(part.dtype(), rng, part.shape().toArray()));
            }
        }

        static Parameters next(Iterator<Tensor> in, Parameters like) {
            return like.with(IntStream.range(0, like.stored().size())
                    .mapToObj(i -> in.next())
                    .toList());
        }

        GradientCheck check(String name, Function<Iterator<Tensor>, Tensor> f) {
            return GradientCheck.ofAll(in -> f.apply(in.iterator()))
                    .named(name)
                    .inputNames(names)
                    .at(values);
        }
    }
}

package rewind.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.benchmarks.measure.Alternation;
import rewind.benchmarks.measure.Machine;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Scope;
import rewind.nn.recurrent.LstmState;

/**
 * Training steps, replayed, of cells that are written as textbooks have them, one product and one bias for every gate, beside the built-in
 * ones, whose gates share products: in turns in one JVM, on one thread. Arguments are sizes, samples x steps x features x units.
 *
 * <pre>
 * mvn -q -Pbenchmark -pl :rewind-benchmarks -am compile exec:exec -Dbenchmark.main=rewind.benchmarks.TextbookCells
 * </pre>
 */
public final class TextbookCells {
    private static final String[] SIZES = {"1x100x32x64", "32x32x16x32", "64x20x32x64", "32x50x64x128"};

    static {
        System.setProperty("rewind.threads", "1"); // read when the first kernel is used
    }

    private TextbookCells() {}

    /** What a gate makes of input and state before its function: x·U + h·V + b. */
    private record Gate(Tensor U, Tensor V, Tensor b) {
        static Gate of(Scope scope, String name, int inputs, int units) {
            return new Gate(
                    scope.parameter("U" + name, inputs, units),
                    scope.parameter("V" + name, units, units),
                    scope.bias("b" + name, units));
        }

        Tensor of(Tensor x, Tensor h) {
            return x.matmul(U).add(h.matmul(V)).add(b);
        }
    }

    private static Cell<Tensor> rnn(Scope scope, int inputs, int units) {
        Gate sum = Gate.of(scope, "", inputs, units);
        return (x, h) -> sum.of(x, h).tanh();
    }

    private static Cell<Tensor> gru(Scope scope, int inputs, int units) {
        Gate update = Gate.of(scope, "z", inputs, units);
        Gate reset = Gate.of(scope, "r", inputs, units);
        Gate candidate = Gate.of(scope, "hh", inputs, units);
        return (x, h) -> {
            Tensor z = update.of(x, h).sigmoid();
            Tensor r = reset.of(x, h).sigmoid();
            Tensor hh = candidate.of(x, r.mul(h)).tanh();
            return z.mul(h).add(z.oneMinus().mul(hh));
        };
    }

    private static Cell<LstmState> lstm(Scope scope, int inputs, int units) {
        Gate forget = Gate.of(scope, "f", inputs, units);
        Gate input = Gate.of(scope, "i", inputs, units);
        Gate candidate = Gate.of(scope, "g", inputs, units);
        Gate output = Gate.of(scope, "o", inputs, units);
        return (x, before) -> {
            Tensor f = forget.of(x, before.h()).sigmoid();
            Tensor i = input.of(x, before.h()).sigmoid();
            Tensor g = candidate.of(x, before.h()).tanh();
            Tensor o = output.of(x, before.h()).sigmoid();
            Tensor C_ = f.mul(before.C_()).add(i.mul(g));
            return new LstmState(o.mul(C_.tanh()), C_);
        };
    }

    /** Measures, and prints a table: microseconds of a training step, and how many times as long the textbook's cell takes. */
    public static void main(String... args) {
        System.out.println(Machine.describe().values());
        System.out.println(
                "| cell, m x T x e x u | FLOAT64, built in | textbook | ratio | FLOAT32, built in | textbook | ratio |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (String sizes : args.length > 0 ? args : SIZES) {
            int[] n = Arrays.stream(sizes.split("x", -1))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            row(
                    "RNN " + sizes,
                    n,
                    Layers.rnn(n[3]).clipGradients(false).sequences(true),
                    Layers.recurrent(TextbookCells::rnn, n[3]).sequences(true));
            row(
                    "GRU " + sizes,
                    n,
                    Layers.gru(n[3]).sequences(true),
                    Layers.recurrent(TextbookCells::gru, n[3]).sequences(true));
            row(
                    "LSTM " + sizes,
                    n,
                    Layers.lstm(n[3]).sequences(true),
                    Layers.recurrent(TextbookCells::lstm, zeros -> new LstmState(zeros, zeros), n[3])
                            .sequences(true));
        }
    }

    private static void row(String name, int[] sizes, Layer builtIn, Layer textbook) {
        System.out.print("| " + name);
        for (DType dtype : DType.values()) {
            List<Alternation.Timing> times = new Alternation(Alternation.Plan.ofTwo(false))
                    .time(List.of(step(builtIn, sizes, dtype)::run, step(textbook, sizes, dtype)::run))
                    .systems();
            double mine = times.get(0).lowerQuartile();
            double its = times.get(1).lowerQuartile();
            System.out.printf(Locale.ROOT, " | %.0f | %.0f | %.2f", 1e6 * mine, 1e6 * its, its / mine);
        }
        System.out.println(" |");
    }

    /** The gradient of Σ outputs² with respect to all parameters. */
    private static Workspace.Replay step(Layer layer, int[] sizes, DType dtype) {
        Model model = Model.build(layer, Shape.of(sizes[1], sizes[2]), 1, dtype);
        Tensor x = Tensor.randn(dtype, new Well19937c(2), sizes[0], sizes[1], sizes[2]);
        return Workspace.replay(
                in -> {
                    int last = in.size() - 1;
                    Tensor outputs = model.forward(model.parameters().with(in.subList(0, last)), in.get(last));
                    return List.of(outputs.square().sum());
                },
                model.parameters().values(),
                List.of(x));
    }
}

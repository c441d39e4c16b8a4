package rewind.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.onnx.proto.Attribute;

/**
 * The recurrent operators number by number, as their specification has them, with random options: one direction after the other, one
 * sample after the other, each from its own beginning to its own end.
 */
final class RecurrentReference {
    private static final List<String> FUNCTIONS = List.of(
            "Relu",
            "Tanh",
            "Sigmoid",
            "Affine",
            "LeakyRelu",
            "ThresholdedRelu",
            "ScaledTanh",
            "HardSigmoid",
            "Elu",
            "Softsign",
            "Softplus");

    final String op;
    final int steps;
    final int samples;
    final int features;
    final int units;
    final int gates;
    final String direction;
    final int directions;
    final boolean samplesFirst;
    final boolean linearBeforeReset;
    final boolean inputForget;
    final double clip;
    final int[] lengths;
    final Map<String, double[]> given = new HashMap<>();
    final List<String> activations = new ArrayList<>();
    final List<Double> alphas = new ArrayList<>();
    final List<Double> betas = new ArrayList<>();
    private final List<DoubleUnaryOperator> functions = new ArrayList<>();
    private final Random random;

    RecurrentReference(String op, long seed) {
        this.op = op;
        random = new Random(seed);
        steps = 1 + random.nextInt(4);
        samples = 1 + random.nextInt(3);
        features = 1 + random.nextInt(3);
        units = 1 + random.nextInt(3);
        gates = Map.of("RNN", 1, "GRU", 3, "LSTM", 4).get(op);
        direction = List.of("forward", "reverse", "bidirectional").get(random.nextInt(3));
        directions = direction.equals("bidirectional") ? 2 : 1;
        samplesFirst = random.nextBoolean();
        linearBeforeReset = random.nextBoolean();
        inputForget = random.nextBoolean();
        clip = random.nextBoolean() ? 0.25 + random.nextInt(4) / 4.0 : Double.POSITIVE_INFINITY;
        lengths = random.nextBoolean() ? random.ints(samples, 0, steps + 1).toArray() : null;
        draw("X", steps * samples * features, 1);
        draw("W", directions * gates * units * features, 1);
        draw("R", directions * gates * units * units, 1);
        draw("B", directions * 2 * gates * units, 0.5);
        draw("initial_h", directions * samples * units, 0.5);
        if (op.equals("LSTM")) {
            draw("initial_c", directions * samples * units, 0.5);
            draw("P", directions * 3 * units, 0.5);
        }
        int perDirection = Map.of("RNN", 1, "GRU", 2, "LSTM", 3).get(op);
        boolean chosen = random.nextBoolean();
        for (int i = 0; i < directions * perDirection; i++) {
            String usual = i % perDirection == 0 && perDirection > 1 ? "Sigmoid" : "Tanh";
            function(chosen ? FUNCTIONS.get(random.nextInt(FUNCTIONS.size())) : usual);
        }
        if (!chosen) {
            activations.clear();
        }
    }

    /** Some inputs are left out. */
    private void draw(String name, int count, double probability) {
        if (random.nextDouble() < probability) {
            given.put(name, random.doubles(count, -1, 1).toArray());
        }
    }

    private void function(String name) {
        activations.add(name);
        double a = (1 + random.nextInt(7)) / 4.0;
        double b = (1 + random.nextInt(7)) / 4.0;
        if (List.of("Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu")
                .contains(name)) {
            alphas.add(a);
        }
        if (List.of("Affine", "ScaledTanh", "HardSigmoid").contains(name)) {
            betas.add(b);
        }
        functions.add(
                switch (name) {
                    case "Relu" -> x -> Math.max(0, x);
                    case "Tanh" -> Math::tanh;
                    case "Sigmoid" -> x -> 1 / (1 + Math.exp(-x));
                    case "Affine" -> x -> a * x + b;
                    case "LeakyRelu" -> x -> x >= 0 ? x : a * x;
                    case "ThresholdedRelu" -> x -> x > a ? x : 0;
                    case "ScaledTanh" -> x -> a * Math.tanh(b * x);
                    case "HardSigmoid" -> x -> Math.min(Math.max(a * x + b, 0), 1);
                    case "Elu" -> x -> x >= 0 ? x : a * (Math.exp(x) - 1);
                    case "Softsign" -> x -> x / (1 + Math.abs(x));
                    default -> x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
                });
    }

    Map<String, Attribute> attributes() {
        Map<String, Attribute> attributes = new HashMap<>();
        attributes.put("hidden_size", Attribute.of((long) units));
        attributes.put("direction", Attribute.of(direction));
        attributes.put("layout", Attribute.of(samplesFirst ? 1L : 0L));
        if (clip < Double.POSITIVE_INFINITY) {
            attributes.put("clip", Attribute.of(clip));
        }
        if (!activations.isEmpty()) {
            attributes.put("activations", Attribute.ofTexts(activations));
            attributes.put("activation_alpha", Attribute.ofNumbers(alphas));
            attributes.put("activation_beta", Attribute.ofNumbers(betas));
        }
        if (op.equals("GRU")) {
            attributes.put("linear_before_reset", Attribute.of(linearBeforeReset ? 1L : 0L));
        }
        if (op.equals("LSTM")) {
            attributes.put("input_forget", Attribute.of(inputForget ? 1L : 0L));
        }
        return attributes;
    }

    /** An input as the operator takes it. */
    Tensor tensor(String name) {
        double[] values = given.get(name);
        return switch (name) {
            case "X" -> turned(Tensor.of(Shape.of(steps, samples, features), values));
            case "W" -> Tensor.of(Shape.of(directions, gates * units, features), values);
            case "R" -> Tensor.of(Shape.of(directions, gates * units, units), values);
            case "B" -> Tensor.of(Shape.of(directions, 2 * gates * units), values);
            case "P" -> Tensor.of(Shape.of(directions, 3 * units), values);
            default -> turned(Tensor.of(Shape.of(directions, samples, units), values));
        };
    }

    private Tensor turned(Tensor x) {
        return samplesFirst ? x.permute(1, 0, 2) : x;
    }

    /** Y, Y_h and Y_c as the operator gives them. */
    List<Tensor> outputs() {
        double[] y = new double[steps * directions * samples * units];
        double[] h = new double[directions * samples * units];
        double[] c = new double[directions * samples * units];
        for (int d = 0; d < directions; d++) {
            for (int m = 0; m < samples; m++) {
                run(d, m, y, h, c);
            }
        }
        Tensor all = Tensor.of(Shape.of(steps, directions, samples, units), y);
        List<Tensor> outputs = new ArrayList<>(List.of(
                samplesFirst ? all.permute(2, 0, 1, 3) : all,
                turned(Tensor.of(Shape.of(directions, samples, units), h))));
        if (op.equals("LSTM")) {
            outputs.add(turned(Tensor.of(Shape.of(directions, samples, units), c)));
        }
        return outputs;
    }

    private void run(int d, int m, double[] y, double[] allH, double[] allC) {
        double[] h = initial("initial_h", d, m);
        double[] c = initial("initial_c", d, m);
        int length = lengths == null ? steps : lengths[m];
        boolean backwards = direction.equals("reverse") || d == 1;
        for (int k = 0; k < length; k++) {
            int t = backwards ? length - 1 - k : k;
            double[][] next = step(d, t, m, h, c);
            h = next[0];
            c = next[1];
            System.arraycopy(h, 0, y, ((t * directions + d) * samples + m) * units, units);
        }
        System.arraycopy(h, 0, allH, (d * samples + m) * units, units);
        System.arraycopy(c, 0, allC, (d * samples + m) * units, units);
    }

    private double[] initial(String name, int d, int m) {
        int from = (d * samples + m) * units;
        double[] all = given.get(name);
        return all == null ? new double[units] : Arrays.copyOfRange(all, from, from + units);
    }

    private double[][] step(int d, int t, int m, double[] h, double[] c) {
        double[] newH = new double[units];
        double[] newC = new double[units];
        for (int u = 0; u < units; u++) {
            switch (op) {
                case "RNN" -> newH[u] = act(d, 0, input(d, 0, u, t, m) + recurrent(d, 0, u, h));
                case "GRU" -> {
                    double z = act(d, 0, input(d, 0, u, t, m) + recurrent(d, 0, u, h));
                    double[] reset = new double[units];
                    for (int v = 0; v < units; v++) {
                        double r = act(d, 0, input(d, 1, v, t, m) + recurrent(d, 1, v, h));
                        reset[v] = linearBeforeReset ? r : r * h[v];
                    }
                    double recalled = linearBeforeReset ? reset[u] * recurrent(d, 2, u, h) : recurrent(d, 2, u, reset);
                    double candidate = act(d, 1, input(d, 2, u, t, m) + recalled);
                    newH[u] = (1 - z) * candidate + z * h[u];
                }
                default -> {
                    double i = act(d, 0, gate(d, 0, u, t, m, h) + peep(d, 0, u) * c[u]);
                    double f = inputForget ? 1 - i : act(d, 0, gate(d, 2, u, t, m, h) + peep(d, 2, u) * c[u]);
                    newC[u] = f * c[u] + i * act(d, 1, gate(d, 3, u, t, m, h));
                    double o = act(d, 0, gate(d, 1, u, t, m, h) + peep(d, 1, u) * newC[u]);
                    newH[u] = o * act(d, 2, newC[u]);
                }
            }
        }
        return new double[][] {newH, newC};
    }

    private double act(int d, int which, double sum) {
        int perDirection = functions.size() / directions;
        return functions.get(d * perDirection + which).applyAsDouble(Math.max(-clip, Math.min(clip, sum)));
    }

    private double gate(int d, int gate, int u, int t, int m, double[] h) {
        return input(d, gate, u, t, m) + recurrent(d, gate, u, h);
    }

    private double input(int d, int gate, int u, int t, int m) {
        double sum = bias(d, gate, u);
        for (int e = 0; e < features; e++) {
            sum += given.get("X")[(t * samples + m) * features + e]
                    * given.get("W")[((d * gates + gate) * units + u) * features + e];
        }
        return sum;
    }

    private double recurrent(int d, int gate, int u, double[] h) {
        double sum = bias(d, gates + gate, u);
        for (int v = 0; v < units; v++) {
            sum += h[v] * given.get("R")[((d * gates + gate) * units + u) * units + v];
        }
        return sum;
    }

    private double bias(int d, int row, int u) {
        double[] all = given.get("B");
        return all == null ? 0 : all[(d * 2 * gates + row) * units + u];
    }

    private double peep(int d, int gate, int u) {
        double[] all = given.get("P");
        return all == null ? 0 : all[(d * 3 + gate) * units + u];
    }
}

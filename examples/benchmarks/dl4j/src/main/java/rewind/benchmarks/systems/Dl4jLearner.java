package rewind.benchmarks.systems;

import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * DL4J: its own recurrent layer under a loss layer, Σ (outputs − 0)², and what its {@code fit} does but the update. A training step is
 * one call, with DL4J's workspaces as they are by default. Sequences are laid out as DL4J likes them best, (batch, features, steps) with
 * the batch next to each other. One bias is the sum of PyTorch's two; its gradient is that of both.
 */
final class Dl4jLearner implements Learner {
    private static final String INPUT_WEIGHTS = "0_W";
    private static final String RECURRENT_WEIGHTS = "0_RW";
    private static final String BIAS = "0_b";

    private final Problem problem;
    private final DataType type;
    private final MultiLayerNetwork net;
    private final INDArray x;
    private final INDArray zeros;

    /**
     * Sets the layer up.
     *
     * @throws IllegalArgumentException if DL4J does not have it
     */
    Dl4jLearner(Problem problem) {
        this.problem = problem;
        type = problem.precision() == Precision.FLOAT64 ? DataType.DOUBLE : DataType.FLOAT;
        Sizes n = problem.sizes();
        net = new MultiLayerNetwork(configuration());
        net.init();
        Map<String, double[]> weights = problem.weights();
        net.setParam(INPUT_WEIGHTS, matrix(weights.get("weight_ih_l0"), n.e()));
        net.setParam(RECURRENT_WEIGHTS, matrix(weights.get("weight_hh_l0"), n.u()));
        INDArray twoBiases = matrix(weights.get("bias_ih_l0"), 1).add(matrix(weights.get("bias_hh_l0"), 1));
        net.setParam(BIAS, twoBiases);
        INDArray samplesFirst = Nd4j.createFromArray(problem.x()).castTo(type).reshape(n.m(), n.T(), n.e());
        x = samplesFirst.permute(0, 2, 1).dup('f');
        zeros = Nd4j.create(type, new long[] {n.m(), n.u(), n.T()}, 'f');
    }

    private MultiLayerConfiguration configuration() {
        Sizes n = problem.sizes();
        Layer layer = switch (problem.kind()) {
            case RNN ->
                new SimpleRnn.Builder()
                        .nIn(n.e())
                        .nOut(n.u())
                        .activation(Activation.TANH)
                        .build();
            case LSTM ->
                new LSTM.Builder()
                        .nIn(n.e())
                        .nOut(n.u())
                        .activation(Activation.TANH)
                        .gateActivationFunction(Activation.SIGMOID)
                        .build();
            case GRU -> throw new IllegalArgumentException(Dl4j.missing(problem.kind()));
        };
        return new NeuralNetConfiguration.Builder()
                .dataType(type)
                .updater(new NoOp())
                .miniBatch(false)
                .list(
                        layer,
                        new RnnLossLayer.Builder(LossFunction.L2)
                                .activation(Activation.IDENTITY)
                                .build())
                .build();
    }

    /** DL4J's gates, by their places among PyTorch's (i, f, g, o): the new values, forget, output and input gate. */
    private List<Integer> gates() {
        return problem.kind() == CellKind.LSTM ? List.of(2, 1, 3, 0) : List.of(0);
    }

    /** PyTorch's rows of all gates, in DL4J's order, as columns. */
    private INDArray matrix(double[] values, int columns) {
        int u = problem.sizes().u();
        double[][] matrix = new double[columns][problem.kind().gates() * u];
        for (int gate = 0; gate < gates().size(); gate++) {
            for (int unit = 0; unit < u; unit++) {
                int row = gates().get(gate) * u + unit;
                for (int column = 0; column < columns; column++) {
                    matrix[column][gate * u + unit] = values[row * columns + column];
                }
            }
        }
        return Nd4j.createFromArray(matrix).castTo(type);
    }

    /** The inverse of {@link #matrix}. */
    private double[] values(INDArray gradient) {
        int u = problem.sizes().u();
        int rows = problem.kind().gates() * u;
        double[] matrix = doubles(gradient);
        int columns = matrix.length / rows;
        double[] values = new double[matrix.length];
        for (int gate = 0; gate < gates().size(); gate++) {
            for (int unit = 0; unit < u; unit++) {
                int row = gates().get(gate) * u + unit;
                for (int column = 0; column < columns; column++) {
                    values[row * columns + column] = matrix[column * rows + gate * u + unit];
                }
            }
        }
        return values;
    }

    /** The elements, row-major. */
    private static double[] doubles(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    }

    @Override
    public String name() {
        return Dl4j.NAME;
    }

    @Override
    public void step() {
        net.setInput(x);
        net.setLabels(zeros);
        net.computeGradientAndScore();
    }

    @Override
    public Outcome outcome() {
        double[] outputs = doubles(net.output(x, true).permute(0, 2, 1));
        step();
        Map<String, INDArray> gradient = net.gradient().gradientForVariable();
        Map<String, double[]> gradients = new LinkedHashMap<>();
        gradients.put("weight_ih_l0", values(gradient.get(INPUT_WEIGHTS)));
        gradients.put("weight_hh_l0", values(gradient.get(RECURRENT_WEIGHTS)));
        gradients.put("bias_ih_l0", values(gradient.get(BIAS)));
        gradients.put("bias_hh_l0", values(gradient.get(BIAS)));
        return new Outcome(outputs, gradients);
    }

    @Override
    public void close() {
        net.close();
    }

    /** Serves the problem of the {@linkplain Problem#arguments arguments}: {@link Dl4j} is at the other end. */
    public static void main(String... args) throws IOException {
        PrintStream replies = System.out;
        System.setOut(System.err);
        LearnerServer.serve(new Dl4jLearner(Problem.of(args)), System.in, replies);
        System.exit(0); // DL4J leaves threads behind
    }
}

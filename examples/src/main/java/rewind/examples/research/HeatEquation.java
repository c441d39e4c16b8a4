package rewind.examples.research;

import static rewind.nn.Layers.dense;
import static rewind.nn.Optimizers.lbfgs;

import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.examples.Charts;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Parameters;

/**
 * A network that solves the heat equation ∂u/∂t = κ ∂²u/∂x² with u(0, x) = sin πx and u(t, 0) = u(t, 1) = 0, from nothing but the equation:
 * the loss is its residual, whose derivatives by t and x are taken within the one by the weights. Proof: beside the solution e^(−κπ²t) sin πx.
 * Source: Raissi, Perdikaris and Karniadakis, Journal of Computational Physics 378, 2019.
 */
final class HeatEquation implements Experiment {
    private static final double DIFFUSIVITY = 0.1;
    private static final int POINTS = 120;

    private final Model net =
            Sequential.of(dense(16, "tanh"), dense(16, "tanh"), dense(1)).build(Shape.of(2), 1);

    /** u = sin πx + x (1 − x) t · net(t, x), whose initial and boundary values are right whatever the network gives. */
    private Tensor u(Parameters p, Tensor t, Tensor x) {
        Tensor free = net.forward(p, Tensor.concat(1, t, x));
        return x.mul(Math.PI).sin().add(x.mul(x.oneMinus()).mul(t).mul(free));
    }

    /** The derivative at each point: f does not mix points, so that the gradient of its sum holds it. */
    private static Tensor derivative(UnaryOperator<Tensor> f, Tensor points) {
        return Grad.gradient(at -> f.apply(at).sum(), points);
    }

    /** ∂u/∂t − κ ∂²u/∂x². */
    private Tensor residual(Parameters p, Tensor t, Tensor x) {
        Tensor byTime = derivative(at -> u(p, at, x), t);
        Tensor twiceByPlace = derivative(at -> derivative(z -> u(p, t, z), at), x);
        return byTime.sub(twiceByPlace.mul(DIFFUSIVITY));
    }

    @Override
    public XYChart run(Findings findings) {
        RandomGenerator rng = new Well19937c(2);
        Tensor t = Tensor.uniform(rng, 0, 1, POINTS, 1);
        Tensor x = Tensor.uniform(rng, 0, 1, POINTS, 1);
        var fit =
                lbfgs().iterations(150).minimize(p -> residual(p, t, x).square().mean(), net.parameters());
        findings.tell("%s", fit);
        XYChart chart = Charts.empty(1000, 460, "The heat equation by a network that never saw a solution", "x", "u");
        chart.getStyler().setXAxisDecimalPattern("0.0");
        double worst = 0;
        double[] places = Tensor.linspace(0, 1, 51).toArray();
        for (int i = 0; i < 4; i++) {
            double time = i / 3.0;
            Tensor at = Tensor.of(places).reshape(51, 1);
            Tensor exact = at.mul(Math.PI).sin().mul(Math.exp(-DIFFUSIVITY * Math.PI * Math.PI * time));
            Tensor found = u(fit.parameters(), Tensor.full(time, 51, 1), at);
            worst = Math.max(worst, found.sub(exact).abs().max().toDouble());
            Charts.line(chart, "t = " + i + "/3", places, found.toArray(), Charts.COLOURS.get(i), 3);
            Charts.dashed(chart, "exact, t = " + i + "/3", places, exact.toArray(), Charts.GREY, 1.5f);
        }
        findings.proveBelow("largest error, of values up to 1", worst, 2e-3);
        return chart;
    }
}

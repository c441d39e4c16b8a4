package rewind.examples.research;

import static rewind.nn.Optimizers.lbfgs;

import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.autograd.ode.Ode;
import rewind.autograd.ode.OdeSolver;
import rewind.examples.Charts;
import rewind.nn.layer.Parameters;

/**
 * The dynamics of a spiral, dy/dt = (y ⊙ y ⊙ y)·A, found from its path: the matrix A stands where a network may. Proof: the gradient through
 * all steps of a solver and that of the adjoint equation, which keeps none of them, agree; and A is that from which another solver made the
 * path. Source: Chen, Rubanova, Bettencourt and Duvenaud, Neural Ordinary Differential Equations, NeurIPS 2018.
 */
final class NeuralOde implements Experiment {
    private static final Tensor TRUTH = Tensor.of(new double[][] {{-0.1, 2}, {-2, -0.1}});
    private static final Tensor START = Tensor.of(new double[][] {{2, 0}});
    private static final double[] TIMES = Tensor.linspace(0, 3, 31).toArray();

    /** y at all times, [times, 1, 2]. */
    private static Tensor path(Tensor a, OdeSolver solver) {
        return Ode.of((t, y, p) -> y.mul(y).mul(y).matmul(p.get(0)), List.of(a)).path(START, TIMES, solver);
    }

    private static Tensor loss(Tensor a, Tensor observed, OdeSolver solver) {
        return path(a, solver).sub(observed).square().mean();
    }

    @Override
    public XYChart run(Findings findings) {
        OdeSolver steps = OdeSolver.rk4(20); // between two times; gradients go back through each
        OdeSolver adaptive = OdeSolver.adaptive(1e-11); // gradients solve the adjoint equation
        Tensor observed = path(TRUTH, adaptive);
        Tensor first = TRUTH.add(Tensor.randn(new Well19937c(6), 2, 2).mul(0.2));
        Tensor through = Grad.gradient(a -> loss(a, observed, steps), first);
        Tensor adjoint = Grad.gradient(a -> loss(a, observed, adaptive), first);
        findings.proveBelow(
                "gradient by back-propagation and by the adjoint equation, relative difference",
                through.sub(adjoint).norm().div(adjoint.norm()).toDouble(),
                1e-6);
        Parameters found = lbfgs().minimize(p -> loss(p.get("A"), observed, steps), Parameters.of(Map.of("A", first)))
                .parameters();
        findings.proveBelow(
                "largest error of A", found.get("A").sub(TRUTH).abs().max().toDouble(), 1e-4);
        XYChart chart = Charts.empty(640, 620, "A spiral and the path of the dynamics found", "y₁", "y₂");
        Tensor before = path(first, steps);
        Tensor after = path(found.get("A"), steps);
        chart.getStyler().setXAxisDecimalPattern("0.0");
        Charts.points(chart, "path", column(observed, 0), column(observed, 1), Charts.GREY);
        Charts.dashed(chart, "first guess", column(before, 0), column(before, 1), Charts.BLUE, 2);
        Charts.line(chart, "found", column(after, 0), column(after, 1), Charts.RED, 2);
        return chart;
    }

    private static double[] column(Tensor path, int i) {
        return path.select(2, i).toArray();
    }
}

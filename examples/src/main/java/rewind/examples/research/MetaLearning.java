package rewind.examples.research;

import static rewind.nn.Layers.dense;
import static rewind.nn.Optimizers.adam;

import java.util.List;
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
import rewind.nn.optimize.DescentRun;

/**
 * Parameters θ from which one step down the gradient learns a new sine from ten points: they minimise Σ L′(θ − η ∇L(θ)) over sines, where L
 * is the loss on these points and L′ that on others, by a gradient that goes through the step. Proof: that gradient is the difference
 * quotient, and the error on new sines is far below the least that any function can have without a step. Source: Finn, Abbeel and Levine,
 * Model-Agnostic Meta-Learning, ICML 2017.
 */
final class MetaLearning implements Experiment {
    private static final double INNER_RATE = 0.05;
    private static final int UPDATES = 400;

    private final RandomGenerator rng = new Well19937c(3);
    private final Model net =
            Sequential.of(dense(20, "tanh"), dense(20, "tanh"), dense(1)).build(Shape.of(1), 3);

    private Tensor loss(Parameters p, Tensor x, Tensor y) {
        return net.forward(p, x).sub(y).square().mean();
    }

    private Parameters adapted(Parameters p, Tensor x, Tensor y) {
        return p.minus(Grad.gradient(q -> loss(q, x, y), p).times(INNER_RATE));
    }

    /** Of tasks x, y, x, y … (as an optimiser passes them), each [2, points, 1]: the mean loss on x[1], y[1] after a step by x[0], y[0]. */
    private Tensor lossAfterStep(Parameters p, List<Tensor> tasks) {
        Tensor sum = Tensor.of(0.0);
        for (int i = 0; i < tasks.size(); i += 2) {
            Tensor x = tasks.get(i);
            Tensor y = tasks.get(i + 1);
            sum = sum.add(loss(adapted(p, x.select(0, 0), y.select(0, 0)), x.select(0, 1), y.select(0, 1)));
        }
        return sum.mul(2.0 / tasks.size());
    }

    /** Sines y = a sin(x + φ), a in (1, 2) and φ in (0, π), each as x and y. */
    private Tensor[] tasks(int count) {
        Tensor[] all = new Tensor[2 * count];
        for (int i = 0; i < count; i++) {
            all[2 * i] = Tensor.uniform(rng, -3, 3, 2, 10, 1);
            all[2 * i + 1] = all[2 * i].add(Math.PI * rng.nextDouble()).sin().mul(1 + rng.nextDouble());
        }
        return all;
    }

    @Override
    public XYChart run(Findings findings) {
        Parameters start = net.parameters();
        List<Tensor> some = List.of(tasks(2));
        Parameters gradient = Grad.gradient(p -> lossAfterStep(p, some), start);
        Parameters direction =
                start.map((name, value) -> Tensor.randn(rng, value.shape().toArray()));
        Tensor above = lossAfterStep(start.plus(direction.times(1e-5)), some);
        Tensor below = lossAfterStep(start.minus(direction.times(1e-5)), some);
        double quotient = above.sub(below).toDouble() / 2e-5;
        double derivative = gradient.dot(direction).toDouble();
        findings.prove("derivative through the step", derivative, quotient, 1e-6 * Math.abs(quotient));

        DescentRun run = adam(5e-3).updates(UPDATES).start(this::lossAfterStep, start);
        for (int i = 0; i < UPDATES; i++) {
            run.step(tasks(5));
        }
        List<Tensor> unseen = List.of(tasks(50));
        double before = lossAfterStep(start, unseen).toDouble();
        double after = lossAfterStep(run.parameters(), unseen).toDouble();
        findings.tell("error after one step from the first parameters %.3f, from those learnt %.3f", before, after);
        // Var[y | x] = E[a²] · ½ − (E[a] · 2 cos x / π)², and the mean of cos² x over (−3, 3) is ½ + sin 6 / 12
        double least = 7.0 / 3 / 2 - Math.pow(1.5 * 2 / Math.PI, 2) * (0.5 + Math.sin(6) / 12);
        findings.proveBelow("error after one step, in parts of the least without one", after / least, 0.5);
        return chart(run.parameters(), List.of(tasks(1)));
    }

    private XYChart chart(Parameters p, List<Tensor> task) {
        Tensor x = task.get(0).select(0, 0);
        Tensor y = task.get(1).select(0, 0);
        Tensor at = Tensor.linspace(-3, 3, 61).reshape(61, 1);
        double[] places = at.toArray();
        XYChart chart = Charts.empty(1000, 420, "One step down the gradient of ten points", "x", "y");
        Charts.points(chart, "points", x.toArray(), y.toArray(), Charts.GREY);
        Charts.dashed(chart, "before the step", places, net.forward(p, at).toArray(), Charts.BLUE, 2);
        Charts.line(chart, "after it", places, net.forward(adapted(p, x, y), at).toArray(), Charts.RED, 3);
        return chart;
    }
}

package rewind.nn.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.lbfgs;

import java.util.Map;
import java.util.function.BinaryOperator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Parameters;

/** What research writes with it, as short as it is thought. */
class ResearchTest {
    /** A network that solves u'' = −π² sin πx with u(0) = u(1) = 0, which sin πx does. */
    @Test
    void aDifferentialEquation() {
        Model net = Model.build(Sequential.of(dense(8, "tanh"), dense(1)), Shape.of(1), 3);
        Tensor x = Tensor.linspace(0, 1, 15).expandDims(1);
        Tensor force = x.mul(Math.PI).sin().mul(Math.PI * Math.PI);
        Tensor ends = Tensor.of(new double[][] {{0}, {1}});
        Minimum found = lbfgs().iterations(150)
                .minimize(
                        p -> {
                            Tensor second = Grad.gradient(
                                    v -> Grad.gradient(w -> net.forward(p, w).sum(), v)
                                            .sum(),
                                    x);
                            Tensor boundary = net.forward(p, ends);
                            return second.add(force)
                                    .square()
                                    .mean()
                                    .add(boundary.square().mean().mul(100));
                        },
                        net.parameters());
        Tensor solution = net.forward(found.parameters(), x);
        assertThat(solution.sub(x.mul(Math.PI).sin()).abs().max().toDouble()).isLessThan(0.01);
    }

    /** Slopes of lines from −2 to 4: parameters from which one step on five points comes near to any of them. */
    @Test
    void metaLearning() {
        Well19937c rng = new Well19937c(4);
        BinaryOperator<Tensor> squared = (one, other) -> one.sub(other).square();
        DescentRun run = adam(0.2)
                .updates(120)
                .start(
                        (theta, in) -> {
                            Tensor x = in.get(0);
                            Tensor y = x.mul(in.get(1));
                            Parameters adapted = theta.minus(Grad.gradient(
                                            p -> squared.apply(x.mul(p.get("slope")), y)
                                                    .mean(),
                                            theta)
                                    .times(0.1));
                            return squared.apply(x.mul(adapted.get("slope")), y).mean();
                        },
                        Parameters.of(Map.of("slope", Tensor.of(-7.0))));
        for (int i = 0; i < 120; i++) {
            run.step(Tensor.randn(rng, 5), Tensor.uniform(rng, -2, 4));
        }
        assertThat(run.parameters().get("slope").toDouble()).isCloseTo(1, within(1.0));
    }
}

package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.Losses;
import rewind.nn.fixture.Near;

/** Losses of differences against their formulas in plain numbers; {@link MeanSquaredErrorTest} has the usual one. */
class ErrorLossesProperties {
    /** Σ|Y − A|/n and Σ(ln(1 + Y) − ln(1 + A))²/n. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void otherErrorsByHand(@ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor output = Tensor.uniform(rng, -0.9, 3, 4, 3);
        Tensor target = Tensor.uniform(rng, -0.9, 3, 4, 3);
        double[] absolute = new double[4];
        double[] logarithmic = new double[4];
        for (int i = 0; i < 12; i++) {
            double a = output.toArray()[i];
            double y = target.toArray()[i];
            absolute[i / 3] += Math.abs(y - a) / 3;
            logarithmic[i / 3] += Math.pow(Math.log1p(y) - Math.log1p(a), 2) / 3;
        }
        Near near = Near.within(1e-12, 1e-14);
        near.verify("absolute", Losses.meanAbsoluteError().perSample(output, target), Tensor.of(absolute));
        Loss loss = Losses.meanSquaredLogarithmicError();
        near.verify("logarithmic", loss.perSample(output, target), Tensor.of(logarithmic));
        assertThat(loss.times(2).expected(target)).isSameAs(target);
    }

    /** (Y − A)²/2 near, δ(|Y − A| − δ/2) far away. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void huberByHand(@ForAll long seed, @ForAll @DoubleRange(min = 0.1, max = 2) double delta) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor output = Tensor.randn(rng, 4, 3);
        Tensor target = Tensor.randn(rng, 4, 3);
        double[] expected = new double[4];
        double[] distances = target.sub(output).abs().toArray();
        for (int i = 0; i < 12; i++) {
            double d = distances[i];
            expected[i / 3] += (d <= delta ? d * d / 2 : delta * (d - delta / 2)) / 3;
        }
        Loss huber = Losses.huber(delta);
        Near.within(1e-12, 1e-14).verify("huber", huber.perSample(output, target), Tensor.of(expected));
        assertThat(huber).hasToString("huber(" + delta + ")");
        GradientCheck.of(x -> huber.perSample(x, target)).at(output).verify();
    }
}

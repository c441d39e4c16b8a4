package rewind.examples.research;

import static rewind.nn.Optimizers.lbfgs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.distribution.MultivariateNormalDistribution;
import org.knowm.xchart.XYChart;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.examples.Charts;
import rewind.nn.layer.Parameters;
import rewind.nn.optimize.Minimum;

/**
 * The local level model of the Nile's yearly flow: y⟨t⟩ = μ⟨t⟩ + ε⟨t⟩, μ⟨t+1⟩ = μ⟨t⟩ + η⟨t⟩, with nothing known of μ⟨1⟩. Its two variances
 * maximise the likelihood that the Kalman filter gives, and have standard errors by the Hessian. Proof: the likelihood is the normal density of
 * the differences y⟨t+1⟩ − y⟨t⟩, and the variances are those of the book, within one of its last digit. Source: Durbin and Koopman, Time Series
 * Analysis by State Space Methods, 2012, chapter 2: 15099 and 1469.1. Data: flow at Aswan, 1871 to 1970, in 10⁸ m³; Cobb, Biometrika 65, 1978.
 */
final class KalmanFilter implements Experiment {
    private static final double[] FLOW = {
        1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
        1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
        831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865,
        845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050,
        918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740
    };

    /** −ln p(y⟨2⟩ … y⟨n⟩ | y⟨1⟩), and the expectations of μ⟨t⟩ given y⟨1⟩ … y⟨t⟩. */
    private record Filtered(Tensor loss, List<Tensor> levels) {}

    /** Of [ln σ²(ε), ln σ²(η)]. */
    private static Filtered filter(Tensor logVariances) {
        Tensor noise = logVariances.select(0, 0).exp();
        Tensor drift = logVariances.select(0, 1).exp();
        Tensor level = Tensor.of(FLOW[0]); // μ⟨1⟩ given y⟨1⟩ is N(y⟨1⟩, σ²(ε))
        Tensor variance = noise;
        Tensor loss = Tensor.of(0.0);
        List<Tensor> levels = new ArrayList<>(List.of(level));
        for (int t = 1; t < FLOW.length; t++) {
            Tensor predicted = variance.add(drift);
            Tensor spread = predicted.add(noise);
            Tensor error = level.neg().add(FLOW[t]);
            Tensor gain = predicted.div(spread);
            level = level.add(gain.mul(error));
            variance = predicted.mul(gain.oneMinus());
            loss = loss.add(spread.log()
                    .add(error.square().div(spread))
                    .add(Math.log(2 * Math.PI))
                    .mul(0.5));
            levels.add(level);
        }
        return new Filtered(loss, levels);
    }

    @Override
    public XYChart run(Findings findings) {
        Parameters start =
                Parameters.of(Map.of("variances", Tensor.of(10_000.0, 10_000.0).log()));
        Minimum fit = lbfgs().minimize(p -> filter(p.get("variances")).loss(), start);
        Tensor best = fit.parameters().get("variances");
        Tensor variances = best.exp();
        Filtered filtered = filter(best);
        double density = logDensityOfDifferences(variances.get(0), variances.get(1));
        findings.prove("ln p(y)", -filtered.loss().toDouble(), density, 1e-8);
        findings.prove("variance of the observations", variances.get(0), 15_099, 1);
        findings.prove("variance of the level's steps", variances.get(1), 1469.1, 0.1);
        Tensor errors =
                Grad.hessian(v -> filter(v).loss(), best).inverse().diagonal().sqrt();
        findings.tell("standard errors of their logarithms: %.3f and %.3f", errors.get(0), errors.get(1));
        XYChart chart = Charts.empty(1000, 420, "The Nile's flow and its level by the Kalman filter", "year", "10⁸ m³");
        double[] levels = Tensor.stack(0, filtered.levels()).toArray();
        double[] years = Tensor.arange(1871, 1971, 1).toArray();
        Charts.points(chart, "flow", years, FLOW, Charts.GREY);
        Charts.line(chart, "filtered level", years, levels, Charts.RED, 2.5f);
        return chart;
    }

    /** The differences η⟨t⟩ + ε⟨t+1⟩ − ε⟨t⟩ are jointly normal; in a unit in which the determinant does not overflow. */
    private static double logDensityOfDifferences(double noise, double drift) {
        double unit = 100;
        int n = FLOW.length - 1;
        double[] differences = new double[n];
        double[][] covariance = new double[n][n];
        for (int i = 0; i < n; i++) {
            differences[i] = (FLOW[i + 1] - FLOW[i]) / unit;
            covariance[i][i] = (drift + 2 * noise) / (unit * unit);
            if (i > 0) {
                covariance[i][i - 1] = covariance[i - 1][i] = -noise / (unit * unit);
            }
        }
        var normal = new MultivariateNormalDistribution(new double[n], covariance);
        return Math.log(normal.density(differences)) - n * Math.log(unit);
    }
}

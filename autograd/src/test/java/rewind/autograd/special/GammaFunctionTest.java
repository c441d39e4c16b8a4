package rewind.autograd.special;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GammaFunctionTest {
    /** x, ln |Γ(x)|, ψ(x), ψ′(x), ψ″(x) by mpmath 1.3 at 40 digits. */
    private static final double[][] TABLE = {
        {1e-300, 690.7755278982137, -9.999999999999999e+299, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY},
        {1e-08, 18.42068073818021, -100000000.57721564, 1.0000000000000002e+16, -2e+24},
        {0.1, 2.252712651734206, -10.423754940411076, 101.43329915079275, -2001.8614573783436},
        {0.4999, 0.5725613186041184, -1.9640035904016993, 4.936485567383169, -16.838541411991205},
        {0.5, 0.5723649429247001, -1.9635100260214235, 4.934802200544679, -16.82879664423432},
        {0.9999999, 5.772157468444193e-08, -0.5772158293949515, 1.6449343072596394, -2.4041144557132528},
        {1.0000001, -5.772155829918507e-08, -0.5772155004081381, 1.6449338264368782, -2.4041131569253724},
        {1.25, -0.09827183642181316, -0.22745353337626542, 1.1973291545071107, -1.3277399375369203},
        {1.4616321449683622, -0.12148629053584961, -9.241265521729427e-17, 0.9676722454476212, -0.8855263379671844},
        {1.75, -0.08440112102048555, 0.24747245354686118, 0.7641018698938287, -0.5618924755968989},
        {1.9999999, -4.2278430309861296e-08, 0.4227842706050584, 0.6449341072596095, -0.40411385571313324},
        {2.0000001, 4.227843666532498e-08, 0.4227843995918717, 0.6449340264368484, -0.40411375692525286},
        {2.4999, 0.28461255726068263, 0.7031076036885755, 0.49038137762498063, -0.2362264437954856},
        {2.5001, 0.2847531885887332, 0.7032056752398703, 0.49033413681454757, -0.2361816626255292},
        {3.7, 1.428072326665388, 1.1671535393615113, 0.3100378576700383, -0.09539530872855403},
        {7.3, 7.147892523022248, 1.9178203356379862, 0.1467957681314271, -0.02151081444162025},
        {11.99, 17.477885575426185, 2.441792283668335, 0.08697741048698757, -0.0075603233665348935},
        {12.01, 17.526738806509965, 2.443530321562468, 0.08682646626597082, -0.00753412146251067},
        {25.5, 56.389167643719944, 3.2189424728839198, 0.03999466964956292, -0.0015993605962783073},
        {171.6, 709.6573587630563, 5.1422496041643715, 0.005844518722878825, -3.415830187116545e-05},
        {100000.0, 1051287.7089736569, 11.512920464961896, 1.0000050000166667e-05, -1.00001000005e-10},
        {1e+300, 6.897755278982137e+302, 690.7755278982137, 1e-300, -0.0},
        {-0.25, 1.589575312551186, 2.9141391202135276, 18.541879647671607, 122.69736678366236},
        {-1.5, 0.860047015376481, 0.7031566406452432, 9.379246644989124, -0.2362040516417274},
        {-3.25, -0.6231534513209986, 4.46627587235028, 19.474085068082154, 123.95521103942203},
        {-10.75, -15.403074503504817, -0.7208957601671612, 19.650378280099094, -124.0329924197052},
        {-100.5, -364.90096830942736, 4.6151246013380645, 9.859703491870086, -9.802720262719757e-05}
    };

    /** Left of 0 the logarithm has zeros of its own, as ψ has one at 1.46: there the error is small beside 1. */
    @Test
    void valuesAreRight() {
        for (double[] row : TABLE) {
            double x = row[0];
            assertNear("lnΓ", x, GammaFunction.logGamma(x), row[1], x > 0 ? 0 : 1);
            for (int order = 0; order < 3; order++) {
                assertNear("ψ" + order, x, GammaFunction.polygamma(order, x), row[2 + order], 1);
            }
        }
    }

    /** Within 5 ulp, of numbers not smaller than {@code least}; sums for the derivatives left of 0 lose some more. */
    private static void assertNear(String name, double x, double actual, double expected, double least) {
        double size = Math.max(Math.abs(expected), least);
        double bound = x > 0 ? 5 * Math.ulp(size) : 1e-13 * size;
        assertThat(actual == expected || Math.abs(actual - expected) <= bound)
                .as("%s(%s) is %s and not %s", name, x, expected, actual)
                .isTrue();
    }

    @Test
    void polesAndLimits() {
        for (double pole : new double[] {0, -0.0, -1, -7, -1e300}) {
            assertThat(GammaFunction.logGamma(pole)).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(GammaFunction.polygamma(0, pole)).isNaN();
            assertThat(GammaFunction.polygamma(1, pole)).isEqualTo(Double.POSITIVE_INFINITY);
        }
        assertThat(GammaFunction.logGamma(1)).isEqualTo(0);
        assertThat(GammaFunction.logGamma(2)).isEqualTo(0);
        assertThat(GammaFunction.logGamma(Double.NEGATIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(GammaFunction.logGamma(Double.NaN)).isNaN();
        assertThat(GammaFunction.polygamma(0, Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(GammaFunction.polygamma(2, Double.POSITIVE_INFINITY)).isEqualTo(0);
        assertThat(GammaFunction.polygamma(3, Double.NaN)).isNaN();
    }
}

package rewind.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;

/** Parameters as a vector space. */
class ParametersVectorProperties {
    private static Parameters drawn(RandomGenerator rng) {
        return of(
                rng,
                Model.build(Sequential.of(Layers.lstm(2), Layers.dense(3)), Shape.of(2, 2), 1)
                        .parameters());
    }

    private static Parameters of(RandomGenerator rng, Parameters like) {
        return like.map((name, value) -> Tensor.randn(rng, value.shape().toArray()));
    }

    private static void assertSame(Parameters one, Parameters other) {
        assertThat(one.names()).isEqualTo(other.names());
        one.stored().forEach(name -> {
            assertThat(one.get(name).shape()).isEqualTo(other.get(name).shape());
            assertThat(one.get(name).sub(other.get(name)).abs().max().toDouble())
                    .isLessThan(1e-12);
        });
    }

    @Property(tries = 20)
    void theLawsOfVectors(@ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Parameters p = drawn(rng);
        Parameters q = of(rng, p);
        assertSame(p.unflatten(p.flatten()), p);
        assertThat(p.flatten().size()).isEqualTo((int) p.count());
        assertSame(p.plus(q), q.plus(p));
        assertSame(p.plus(q).minus(q), p);
        assertSame(p.plus(p), p.times(2));
        assertSame(p.times(Tensor.of(0.5)), p.times(0.5));
        double dot = p.dot(q).toDouble();
        assertThat(dot).isCloseTo(p.flatten().dot(q.flatten()).toDouble(), within(1e-12 * p.count()));
        assertThat(Math.pow(p.norm().toDouble(), 2)).isCloseTo(p.dot(p).toDouble(), within(1e-10));
        assertSame(p.zip(q, Tensor::mul).zip(q, Tensor::div), p);
    }

    private static org.assertj.core.data.Offset<Double> within(double offset) {
        return org.assertj.core.api.Assertions.within(offset);
    }

    @Test
    void thoseOfALayerGoBack() {
        Parameters p = drawn(new Well19937c(2));
        Parameters lstm = p.under("lstm");
        assertThat(lstm.names()).contains("lstm/Uf", "lstm/bo").noneMatch(name -> name.startsWith("dense"));
        assertThat(p.under("dense/b").stored()).containsExactly("dense/b");
        Parameters changed = p.with(lstm.times(2));
        assertSame(changed.under("lstm"), lstm.times(2));
        assertSame(changed.under("dense"), p.under("dense"));
        assertThatThrownBy(() -> p.under("gru")).hasMessageStartingWith("parameters: there must be gru among [");
    }

    /** The derivative through a step of gradient descent is that of the formula: (1 − 2r)p after a step down p². */
    @Test
    void derivativesFlowThroughAStep() {
        Parameters p = Parameters.of(Map.of("a", Tensor.of(1.0, 2)));
        Parameters outer = Grad.gradient(
                theta -> {
                    Parameters adapted =
                            theta.minus(Grad.gradient(at -> at.get("a").square().sum(), theta)
                                    .times(0.1));
                    return adapted.get("a").square().sum();
                },
                p);
        assertThat(outer.get("a").toArray()[1]).isCloseTo(2 * 0.8 * 0.8 * 2, within(1e-14));
    }

    /** A product with a Hessian takes the vector's parts by their names, whatever their order. */
    @Test
    void namesDecideAndNotTheOrder() {
        Map<String, Tensor> one = new LinkedHashMap<>(Map.of("a", Tensor.of(2.0)));
        one.put("b", Tensor.of(3.0));
        Map<String, Tensor> other = new LinkedHashMap<>(Map.of("b", Tensor.of(10.0)));
        other.put("a", Tensor.of(1.0));
        Parameters product =
                Grad.hvp(at -> at.get("a").pow(3).add(at.get("b").square()), Parameters.of(one), Parameters.of(other));
        assertThat(product.get("a").toDouble()).isEqualTo(6 * 2);
        assertThat(product.get("b").toDouble()).isEqualTo(2 * 10);
    }

    @Test
    void aJacobianHasAxesInFront() {
        Parameters p = drawn(new Well19937c(3));
        Parameters jacobian = Grad.jacobian(at -> at.get("dense/b").mul(2).reshape(3), p);
        assertThat(jacobian.get("dense/b").shape()).isEqualTo(Shape.of(3, 1, 3));
        assertThat(jacobian.get("lstm/U").size(0)).isEqualTo(3);
    }

    @Test
    void whatDoesNotFitIsTold() {
        Parameters p = Parameters.of(Map.of("a", Tensor.zeros(2)));
        assertThatThrownBy(() -> p.plus(Parameters.of(Map.of("b", Tensor.zeros(2)))))
                .hasMessage("zip: parameters must be named [a], got [b]");
        assertThatThrownBy(() -> p.plus(Parameters.of(Map.of("a", Tensor.zeros(1)))))
                .hasMessage("parameter a must have the shape [2], got [1]");
        assertThatThrownBy(() -> p.unflatten(Tensor.zeros(3)))
                .hasMessage("unflatten: there must be a vector of 2 numbers, got the shape [3]");
        assertThatThrownBy(() -> p.times(Tensor.zeros(2)))
                .hasMessage("times: the factor must be a scalar [], got the shape [2]");
        assertThatThrownBy(() -> Parameters.of(Map.of()).flatten())
                .hasMessage("flatten: there must be parameters, got none");
        assertThatThrownBy(() -> p.with(List.of())).hasMessage("there must be 1 parameters, got 0");
    }
}

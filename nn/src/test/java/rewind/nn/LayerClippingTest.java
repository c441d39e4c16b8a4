package rewind.nn;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Optimizers.sgd;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** What clipping does to the gradients with which training updates the parameters. */
class LayerClippingTest {
    /** The absolute part is the rounding of the update p − 1·dp, from which dp is read. */
    private static final Near NEAR = Near.within(1e-10, 1e-14);

    /**
     * Each clipped layer has its own norm over all its parameters; the gradient that it hands down is not clipped, and no other layer's
     * is.
     */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void everyLayerByItsOwnNorm(
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll LayerKind kind,
            @ForAll boolean sequences,
            @ForAll @IntRange(min = -3, max = 1) int magnitude,
            @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Layer clipped = kind.layer(n.u()).named("top").sequences(sequences).clipGradients(true);
        Model model = Sequential.of(dense(3), rnn(2).sequences(true), clipped).build(Shape.of(n.s(), n.e()), seed);
        Sweep.draw(model, n, rng);
        Tensor X = Tensor.randn(rng, n.m(), n.s(), n.e());
        Tensor dA = (sequences ? Tensor.randn(rng, n.m(), n.s(), n.u()) : Tensor.randn(rng, n.m(), n.u()))
                .mul(Math.pow(10, magnitude));

        Parameters exact = Sweep.of(model, X, dA).d();
        Parameters before = model.parameters();
        Training.of(model)
                .loss((A, target) -> A.mul(target)
                        .sum(sequences ? new int[] {1, 2} : new int[] {1})
                        .mul(n.m()))
                .optimizer(sgd(1))
                .epochs(1)
                .batchSize(n.m())
                .fit(new Dataset(X, dA));
        Parameters after = model.parameters();

        for (String name : exact.names()) {
            String layer = name.substring(0, name.indexOf('/') + 1);
            double factor = layer.equals("dense/") ? 1 : Math.min(1, 0.25 / norm(exact, layer));
            NEAR.verify(
                    name, before.get(name).sub(after.get(name)), exact.get(name).mul(factor));
        }
    }

    private static double norm(Parameters gradients, String layer) {
        double sum = 0;
        for (String name : gradients.names()) {
            for (double each : name.startsWith(layer) ? gradients.get(name).toArray() : new double[0]) {
                sum += each * each;
            }
        }
        return Math.sqrt(sum);
    }
}

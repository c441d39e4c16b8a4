package rewind.nn.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Optimizers.adadelta;
import static rewind.nn.Optimizers.adagrad;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.adamw;
import static rewind.nn.Optimizers.rmsprop;
import static rewind.nn.Optimizers.sgd;

import java.util.Collections;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Tensor;

/** Which of what optimizers remember can be negative, as they tell it. */
class SquaresTest {
    static List<Optimizer> all() {
        return List.of(
                sgd(0.1),
                sgd(0.1).momentum(0.9),
                adagrad(0.1),
                adadelta(),
                rmsprop(0.1),
                adam(0.1),
                adamw(0.1),
                adam(0.1).weightDecay(0.1),
                rmsprop(0.1).l2(0.1));
    }

    @ParameterizedTest
    @MethodSource("all")
    void squaresAreNeverNegativeAndOthersAre(Optimizer optimizer) {
        RandomGenerator rng = new Well19937c(1);
        Tensor p = Tensor.randn(rng, 20);
        List<Tensor> slots = Collections.nCopies(optimizer.slots(), Tensor.zeros(20));
        for (int step = 1; step <= 3; step++) {
            Optimizer.Updated updated = optimizer.update(0.1, step, p, Tensor.randn(rng, 20), slots);
            p = updated.parameter();
            slots = updated.slots();
        }
        for (int i = 0; i < slots.size(); i++) {
            double least = slots.get(i).min().toDouble();
            assertThat(least >= 0).as("slot %s", i).isEqualTo(optimizer.squares(i));
        }
    }
}

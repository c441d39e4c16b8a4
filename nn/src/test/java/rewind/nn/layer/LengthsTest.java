package rewind.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** What lengths say of every step; {@code IndexProperties} has how samples are counted. */
class LengthsTest {
    @Test
    void theMaskIsOneForRealSteps() {
        Tensor mask = Lengths.of(2, 0, 3).mask(3);
        assertThat(mask.shape()).isEqualTo(Shape.of(3, 3, 1));
        assertThat(mask.dtype()).isEqualTo(DType.FLOAT64);
        assertThat(mask.toArray()).containsExactly(1, 1, 0, 0, 0, 0, 1, 1, 1);
        assertThat(Lengths.of(1).mask(DType.FLOAT32, 2).toFloatArray()).containsExactly(1, 0);
        assertThatThrownBy(() -> Lengths.of(1, 4).mask(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lengths: sample 1 must have at most 3 steps, got 4");
    }

    @Test
    void joinedCutAndShown() {
        Lengths lengths = Lengths.of(2, 0).concat(Lengths.of(3));
        assertThat(lengths).hasToString("[2, 0, 3]");
        assertThat(lengths.size()).isEqualTo(3);
        assertThat(lengths.max()).isEqualTo(3);
        assertThat(Lengths.of().max()).isZero();
        assertThat(lengths.slice(-2, 3)).hasToString("[0, 3]");
        assertThat(lengths.slice(1, 1).size()).isZero();
        assertThat(lengths.slice(0, 0).size()).isZero();
        assertThat(lengths.get(-3)).isEqualTo(2);
        assertThat(lengths.get(2)).isEqualTo(3);
        for (int sample : new int[] {-4, 3}) {
            assertThatThrownBy(() -> lengths.get(sample))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("lengths: sample " + sample + " must be one of the 3 samples");
        }
        assertThatThrownBy(() -> lengths.slice(0, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lengths: there must be samples 0 to 4 among 3");
        assertThatThrownBy(() -> Lengths.of(0, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lengths: sample 1 must not have a negative length, got -1");
    }

    @Test
    void theArrayIsCopied() {
        int[] given = {1, 2};
        Lengths lengths = Lengths.of(given);
        given[0] = 9;
        assertThat(lengths.get(0)).isEqualTo(1);
    }
}

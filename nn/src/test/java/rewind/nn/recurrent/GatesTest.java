package rewind.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Initializers;

class GatesTest {
    private static final Gates GATES = Gates.of(Initializers.xavier())
            .gate("a", "openingActivation", Activation.SIGMOID)
            .gate("c", "candidateActivation", Activation.TANH)
            .state("s", "activation", Activation.TANH);

    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of(new Lstm(2), LstmCell.GATES),
                Arguments.of(new Gru(2), GruCell.GATES),
                Arguments.of(new Rnn(2), RnnCell.GATES));
    }

    /** One line of a cell's gates says it all but the setters, of which there are two for each. */
    @ParameterizedTest
    @MethodSource("layers")
    void everyGateHasItsOptionAndSetters(Gated<?, ?> layer, Gates usual) throws Exception {
        UnaryOperator<Tensor> own = Activation.of("own", Tensor::square);
        for (Gates.Gate gate : usual.all()) {
            assertThat(layer.form().names()).contains(gate.option());
            Class<?> type = layer.getClass();
            Object byFunction =
                    type.getMethod(gate.option(), UnaryOperator.class).invoke(layer, own);
            Object byName = type.getMethod(gate.option(), String.class).invoke(layer, "relu");
            for (Gates.Gate each : usual.all()) {
                boolean set = each.equals(gate);
                assertThat(((Gated<?, ?>) byFunction).gates.get(each.name()).activation())
                        .isSameAs(set ? own : each.activation());
                assertThat(((Gated<?, ?>) byName).gates.get(each.name()).activation())
                        .isSameAs(set ? Activation.named("relu") : each.activation());
            }
            assertThat(layer.gates).isEqualTo(usual);
        }
    }

    @Test
    void gatesAreStackedAndStatesAreNot() {
        assertThat(GATES.names()).containsExactly("a", "c");
        assertThat(GATES.stacked()).isTrue();
        Gates state = Gates.of(Initializers.xavier()).state("h", "activation", Activation.TANH);
        assertThat(state.names()).containsExactly("");
        assertThat(state.stacked()).isFalse();
    }

    @Test
    void aGateIsNamedAndActivated() {
        Tensor sums = Tensor.of(1, 2, 3, 4).reshape(2, 1, 2);
        assertThat(GATES.open("c", sums).toArray())
                .isEqualTo(Tensor.of(3, 4).tanh().toArray());
        assertThat(GATES.activate("a", sums).toArray()).isEqualTo(sums.sigmoid().toArray());
    }

    @Test
    void optionsChangeOneGateOfACopy() {
        Gates changed = GATES.activation("c", Activation.IDENTITY).bias("a", 2).biased(false);
        assertThat(changed.get("c").activation()).isSameAs(Activation.IDENTITY);
        assertThat(changed.get("a").activation()).isSameAs(Activation.SIGMOID);
        assertThat(changed.get("a").bias()).isEqualTo(2);
        assertThat(changed.get("c").bias()).isZero();
        assertThat(changed.biased()).isFalse();
        assertThat(GATES.get("a").bias()).isZero();
        assertThat(GATES.biased()).isTrue();
    }

    @Test
    void messages() {
        assertThatThrownBy(() -> GATES.get("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("gates: x must be one of [a, c, s]");
        assertThatThrownBy(() -> GATES.gate("b", "b", Activation.TANH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("gates: b must be added before the state s");
    }
}

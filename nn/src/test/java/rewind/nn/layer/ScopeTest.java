package rewind.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.fixture.Replay;

/** Parameters by name: drawn when a model is built, found in a forward pass. */
class ScopeTest {
    @Test
    void drawsInTheOrderOfDeclaration() {
        Scope scope = Scope.drawing(new Replay(1, 2, 3, 4));

        scope.parameter("U", 1, 1);
        scope.child("inner").child("deep").parameter("V", 2, 1);
        scope.bias("b", 3);

        assertThat(scope.parameters().names()).containsExactly("U", "inner/deep/V", "b");
        assertThat(scope.parameters().get("U").toArray()).containsExactly(1); // √(2/2) = 1
        assertThat(scope.parameters().get("inner/deep/V").toArray())
                .containsExactly(2 * Math.sqrt(2.0 / 3), 3 * Math.sqrt(2.0 / 3));
        assertThat(scope.parameters().get("b").toRows()).isEqualTo(new double[1][3]);
        assertThat(scope.child("inner").child("deep").path()).isEqualTo("inner/deep");
        assertThat(scope.path()).isEmpty();
    }

    @Test
    void drawsEveryParameterOnce() {
        Replay rng = new Replay(1, 2);
        Scope scope = Scope.drawing(rng);

        Tensor first = scope.child("layer").parameter("U", 1, 1);

        assertThat(scope.child("layer").parameter("U", 1, 1)).isSameAs(first);
        assertThat(rng.left()).isEqualTo(1);
    }

    @Test
    void findsWhatIsGiven() {
        Tape tape = new Tape();
        Tensor watched = tape.watch(Tensor.zeros(2, 3));
        Scope scope = Scope.of(Parameters.of(Map.of("layer/U", watched)));

        assertThat(scope.child("layer").parameter("U", 2, 3)).isSameAs(watched);
    }

    @Test
    void onlyATrainingPassIsRandom() {
        RandomGenerator rng = new Well19937c(1);
        Parameters none = Parameters.of(Map.of());

        Scope training = Scope.of(none, Pass.training(rng)).child("layer");
        assertThat(training.pass().training()).isTrue();
        assertThat(training.pass().rng()).isSameAs(rng);

        for (Scope inference : List.of(Scope.of(none).child("layer"), Scope.drawing(rng))) {
            assertThat(inference.pass().training()).isFalse();
            assertThatThrownBy(() -> inference.pass().rng())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("an inference pass has no random generator");
        }
    }

    @Test
    void parametersAreImmutableAndInOrder() {
        Map<String, Tensor> source = new LinkedHashMap<>();
        source.put("b", Tensor.of(1.0, 2.0));
        source.put("a", Tensor.of(3.0));
        Parameters parameters = Parameters.of(source);
        source.clear();

        assertThat(parameters.names()).containsExactly("b", "a");
        assertThat(parameters.count()).isEqualTo(3);
        assertThat(parameters.values().get(1).toArray()).containsExactly(3);
        Parameters changed = parameters.with("a", Tensor.of(5.0));
        assertThat(changed.get("a").toArray()).containsExactly(5);
        assertThat(changed.names()).containsExactly("b", "a");
        assertThat(parameters.get("a").toArray()).containsExactly(3);
        Parameters replaced = parameters.with(List.of(Tensor.of(6.0, 7.0), Tensor.of(8.0)));
        assertThat(replaced.get("b").toArray()).containsExactly(6, 7);
        assertThat(replaced.get("a").toArray()).containsExactly(8);
        assertThat(parameters.map((name, p) -> p.mul(2)).get("b").toArray()).containsExactly(2, 4);
        assertThatThrownBy(() -> parameters.stored().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void gradientsByName() {
        Parameters parameters = Parameters.of(Map.of("w", Tensor.of(2.0, 3.0), "unused", Tensor.of(1.0)));
        Tape tape = new Tape();
        Parameters watched = parameters.watchedBy(tape);

        Parameters gradients =
                watched.in(tape.backward(watched.get("w").square().sum()));

        assertThat(gradients.get("w").toArray()).containsExactly(4, 6);
        assertThat(gradients.get("unused").toArray()).containsExactly(0);
        assertThat(parameters.get("w").isRecorded()).isFalse();
        assertThat(watched.get("w").shape()).isEqualTo(Shape.of(2));
    }
}

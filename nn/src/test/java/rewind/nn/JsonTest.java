package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;
import rewind.nn.fixture.Json;

class JsonTest {
    @Test
    void readsEveryKindOfValue() {
        Object parsed = Json.parse("{\"a\": [1, -0.0, 0.1, \"NaN\", true, false, null, []], \"b\": {\"c\": \"d\"}}");

        assertThat(Json.object(parsed)).containsOnlyKeys("a", "b");
        assertThat(Json.object(parsed).get("a"))
                .isEqualTo(Arrays.asList(1.0, -0.0, 0.1, "NaN", true, false, null, List.of()));
        assertThat(Json.object(Json.object(parsed).get("b"))).containsEntry("c", "d");
    }

    @Test
    void numbersAreExact() {
        assertThat(Json.parse("4.9406564584124654e-324")).isEqualTo(Double.MIN_VALUE);
        assertThat(Json.parse("0.30000000000000004")).isEqualTo(0.1 + 0.2);
        assertThat(Json.number("-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Json.ints(Json.parse("[2, 3]"))).containsExactly(2, 3);
    }

    @Test
    void nestedArraysAreTensors() {
        assertThat(Json.tensor(Json.parse("[[[1, 2, 3]], [[4, 5, 6]]]")).toNestedArray())
                .isEqualTo(Tensor.of(new double[][][] {{{1, 2, 3}}, {{4, 5, 6}}})
                        .toNestedArray());
        assertThat(Json.tensor(7.0).shape().rank()).isZero();
    }

    @Test
    void refusesWhatIsNotOneValue() {
        assertThatThrownBy(() -> Json.parse("1 2")).hasMessage("there is more than one value");
        assertThatThrownBy(() -> Json.resource("golden/none.json")).hasMessage("there is no resource golden/none.json");
    }
}

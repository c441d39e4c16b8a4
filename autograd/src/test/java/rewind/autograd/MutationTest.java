package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import rewind.autograd.Operation.Call;

/**
 * Would the properties of the table notice a wrong rule? Every mistake is planted into every rule that a row of the table uses, and
 * {@link OperationProperties} must object, or {@link AxesProperties}.
 */
class MutationTest {
    private static final int SEEDS = 24;

    private static final Map<String, String> RIGHT_AFTER_ALL = Map.of(
            "variance.*: sub 1 (SIGN|FACTOR|TRANSPOSE|NO_FACTOR|NO_RULE)",
                    "what reaches the mean is a multiple of Σ(x − mean), which is zero",
            "s?elu.*: (clamp 0|where 2) NO_FACTOR", "where and clamp keep back the same elements, so that one is enough");

    @Test
    void everyMistakeInEveryRuleIsNoticed() throws IOException {
        KillRate rate = new KillRate("operations", RIGHT_AFTER_ALL);
        for (Operation row : Operations.differentiable()) {
            for (Mutant mutant : mutants(row)) {
                rate.count(row.signature(), mutant, isNoticed(row, mutant));
            }
        }
        rate.write();
        assertThat(rate.count()).isGreaterThan(800);
        assertThat(rate.survivors()).isEmpty();
        assertThat(rate.superfluous()).isEmpty();
    }

    private static Set<Mutant> mutants(Operation row) {
        Set<Mutant> mutants = new LinkedHashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            Call call = row.call(seed, DType.FLOAT64);
            mutants.addAll(Mutant.all(call.function(), call.inputs()));
        }
        return mutants;
    }

    private static boolean isNoticed(Operation row, Mutant mutant) {
        Operation wrong = new Operation(row.signature(), true, d -> {
            Call call = row.draw().apply(d);
            return new Call(
                    call.inputs(), mutant.in(call.function()), call.expected(), call.roundings(), call.scalar());
        });
        return isNoticedByProperties(wrong) || isNoticedByAxes(wrong);
    }

    private static boolean isNoticedByProperties(Operation wrong) {
        OperationProperties properties = new OperationProperties();
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                properties.derivativesEqualDifferences(wrong, DType.FLOAT64, seed);
            } catch (AssertionError noticed) {
                return true;
            }
        }
        return false;
    }

    /** Axes that are not neighbours are rare among random ones. */
    private static boolean isNoticedByAxes(Operation wrong) {
        AxesProperties properties = new AxesProperties();
        for (int subset = 0; subset < 16 && AxesProperties.isOverAxes(wrong); subset++) {
            try {
                properties.everyChoiceOfAxes(wrong, DType.FLOAT64, subset, false);
            } catch (AssertionError noticed) {
                return true;
            }
        }
        return false;
    }
}

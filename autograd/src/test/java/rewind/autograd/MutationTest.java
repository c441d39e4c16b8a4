package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import rewind.autograd.Operation.Call;

/**
 * Would the properties of the table notice a wrong rule? Every mistake is planted into every rule that a row of the table uses, and
 * {@link OperationProperties} must object.
 */
class MutationTest {
    private static final int SEEDS = 24;

    @Test
    void everyMistakeInEveryRuleIsNoticed() throws IOException {
        KillRate rate = new KillRate("operations");
        for (Operation row : Operations.differentiable()) {
            for (Mutant mutant : mutants(row)) {
                rate.count(row.signature(), mutant, isNoticed(row, mutant));
            }
        }
        rate.write();
        assertThat(rate.count()).isGreaterThan(800);
        assertThat(rate.survivors()).isEmpty();
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
}

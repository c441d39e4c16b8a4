package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;

/**
 * Would the properties of the table notice a wrong rule? Every mistake is planted into every rule that a row of the table uses, and
 * {@link OperationProperties} must object, or {@link AxesProperties}.
 */
@DisabledIfSystemProperty(
        named = "rewind.plain",
        matches = "true",
        disabledReason = "rules are the same for all kernels")
class MutationTest {
    private static final int SEEDS = 24;

    private static final Map<String, String> RIGHT_AFTER_ALL = Map.of(
            "s?elu.*: (clamp 0|where 2) NO_FACTOR",
            "where and clamp keep back the same elements, so that one is enough",
            "(unstack|logAddExp).*: stack 0 UNSUMMED",
            "the first part of a stack stands where its first repeat would",
            "(tile|trace|logDet).*: (reshape|sum) 0 SIGN",
            "of two reshapes or sums both turn the sign",
            "(diagonal|einsum).*: (sum|maskedBy) 0 TRANSPOSE",
            "on a diagonal nothing changes places",
            "(cholesky|eigh).*: (cholesky|eigh) 0 TRANSPOSE",
            "the derivative is symmetric");

    @Test
    void everyMistakeInEveryRuleIsNoticed() throws IOException {
        KillRate rate = new KillRate("operations", RIGHT_AFTER_ALL);
        for (Operation row : Operations.differentiable()) {
            seedsOfMutants(row).forEach((mutant, seeds) -> {
                Operation wrong = mutated(row, mutant);
                boolean noticed = seeds.stream().anyMatch(seed -> isNoticed(wrong, seed)) || isNoticedByAxes(wrong);
                rate.count(row.signature(), mutant, noticed);
            });
        }
        rate.write();
        assertThat(rate.count()).isGreaterThan(900);
        assertThat(rate.survivors()).isEmpty();
        assertThat(rate.superfluous()).isEmpty();
    }

    /** The mutants of a row, and the seeds whose calls they are possible in. */
    private static Map<Mutant, List<Integer>> seedsOfMutants(Operation row) {
        Map<Mutant, List<Integer>> seeds = new LinkedHashMap<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            Call call = row.call(seed, DType.FLOAT64);
            for (Mutant mutant : Mutant.all(call.function(), call.inputs())) {
                seeds.computeIfAbsent(mutant, any -> new ArrayList<>()).add(seed);
            }
        }
        return seeds;
    }

    private static Operation mutated(Operation row, Mutant mutant) {
        return new Operation(row.signature(), true, d -> {
            Call call = row.draw().apply(d);
            return new Call(
                    call.inputs(), mutant.in(call.function()), call.expected(), call.roundings(), call.scalar());
        });
    }

    private static boolean isNoticed(Operation wrong, int seed) {
        OperationProperties properties = new OperationProperties();
        try { // the first one is quick: it does not look for the reason
            properties.pushingForwardIsAdjointToPullingBack(wrong, DType.FLOAT64, seed);
            properties.derivativesEqualDifferences(wrong, DType.FLOAT64, seed);
            return false;
        } catch (AssertionError noticed) {
            return true;
        }
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

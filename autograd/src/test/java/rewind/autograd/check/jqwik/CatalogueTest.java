package rewind.autograd.check.jqwik;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import rewind.autograd.fixture.OperationNames;

/** Random programs use every public operation, and all of them often. */
class CatalogueTest {
    /** Differences see that detached values change, and that numbers are rounded; others take functions, or matrices that are made for them. */
    private static final Set<String> NOT_IN_PROGRAMS = Set.of(
            "detach()",
            "to(DType)",
            "einsum(String, Tensor...)",
            "solve(Tensor)",
            "solveTriangular(Tensor, boolean)",
            "inverse()",
            "logDet()",
            "cholesky()",
            "qr()",
            "eigh()",
            "svd()",
            "op(String, Function, List, Rule...)",
            "where(Tensor, UnaryOperator, UnaryOperator, Tensor)",
            "where(Tensor, Function, Function, List)");

    @Test
    void everyOperationIsUsed() {
        Set<String> operations = new HashSet<>(OperationNames.all());
        operations.removeAll(NOT_IN_PROGRAMS);
        assertThat(ProgramArbitrary.allOperations()).containsExactlyInAnyOrderElementsOf(operations);
    }

    @Test
    void noneIsRare() {
        Map<String, Integer> counts = new HashMap<>();
        for (RandomProgram program : programs(4000)) {
            program.steps().forEach(step -> counts.merge(step.operation(), 1, Integer::sum));
        }
        for (String operation : ProgramArbitrary.allOperations()) {
            assertThat(counts.getOrDefault(operation, 0)).as(operation).isGreaterThanOrEqualTo(3);
        }
    }

    /** Values are shared, there are several inputs, and shapes of all kinds. */
    @Test
    void programsAreVaried() {
        int shared = 0;
        int severalInputs = 0;
        Set<Integer> ranks = new HashSet<>();
        for (RandomProgram program : programs(2000)) {
            List<Integer> operands = new ArrayList<>();
            program.steps().forEach(step -> operands.addAll(step.operands()));
            shared += operands.size() > new HashSet<>(operands).size() ? 1 : 0;
            severalInputs += program.inputs().size() > 1 ? 1 : 0;
            program.inputs().forEach(x -> ranks.add(x.rank()));
        }
        assertThat(shared).isGreaterThan(176); // five deviations below an eighth: most operations have one operand
        assertThat(severalInputs).isGreaterThan(240); // a sixth is expected
        assertThat(ranks).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    private static List<RandomProgram> programs(int count) {
        return Generators.programs().generator(1000).stream(new Random(9))
                .limit(count)
                .map(each -> each.value())
                .toList();
    }
}

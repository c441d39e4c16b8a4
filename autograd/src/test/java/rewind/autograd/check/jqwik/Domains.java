package rewind.autograd.check.jqwik;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import rewind.autograd.Tensor;

/** Where operations are smooth, as the generators' list has it: the tests' table draws from there as well. */
public final class Domains {
    /** The least distance from a kink. */
    public static final double GAP = Domain.GAP;

    private static final Map<String, Domain> BY_SIGNATURE =
            Catalogue.ALL.stream().collect(Collectors.toMap(Kind::signature, Kind::domain));

    private Domains() {}

    /** Whether a function of single elements is smooth around these operands. */
    public static boolean holds(String signature, List<Double> operands, Double... arguments) {
        List<Tensor> scalars = operands.stream().map(Tensor::of).toList();
        return of(signature).holds(scalars, List.copyOf(Arrays.asList(arguments)));
    }

    /** Whether a reduction needs elements, and different ones. */
    public static boolean needsDistinct(String signature) {
        return of(signature) == Domain.DISTINCT;
    }

    /** Whether a reduction needs elements. */
    public static boolean needsElements(String signature) {
        return needsDistinct(signature) || of(signature) == Domain.FILLED;
    }

    private static Domain of(String signature) {
        Domain domain = BY_SIGNATURE.get(signature);
        if (domain == null) {
            throw new IllegalArgumentException("no domain of " + signature + "; add it to Catalogue");
        }
        return domain;
    }
}

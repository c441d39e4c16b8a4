package rewind.autograd;

import java.util.List;

/** The operations of the table, for tests of other packages. */
public final class OperationNames {
    private OperationNames() {}

    /** Names and parameter types. */
    public static List<String> all() {
        return Operations.all().stream().map(Operation::signature).toList();
    }
}

package rewind.autograd;

import java.util.function.Function;
import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Space;

/**
 * An operation of a user's own.
 *
 * @param forward its function, or null where no reader asks for it: it may hold anything
 */
record UsersOperation(String name, Function<Tensor[], Tensor> forward) implements Operation<Tensor> {
    @Override
    public Tensor apply(Tensor[] operands, Space<Tensor> space) {
        return forward.apply(operands);
    }

    @Override
    public boolean isUsers() {
        return true;
    }
}

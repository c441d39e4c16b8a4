package rewind.autograd;

import java.util.List;
import rewind.autograd.reverse.Details;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Observer;
import rewind.autograd.text.CallSite;

/** Stops at the first value or cotangent that is not finite, see {@link Tape#checkFinite}. */
final class FiniteCheck implements Observer<Tensor> {
    @Override
    public void performed(Entry<Tensor> entry, Tensor[] operands, Tensor value) {
        entry.keep(new Details<>(List.of(), null, CallSite.find(), "", "", -1, null));
        check(entry, "value", "", value);
    }

    @Override
    public boolean seesCotangents() {
        return true;
    }

    @Override
    public void pulledBack(Entry<Tensor> entry, int operand, Tensor dx) {
        check(entry, "cotangent", " of input " + operand, dx);
    }

    private static void check(Entry<Tensor> entry, String what, String whose, Tensor tensor) {
        int at = tensor.firstNonFinite();
        if (at >= 0) {
            String site = entry.details() == null
                    ? "an unknown line"
                    : entry.details().site();
            throw new NonFiniteException(
                    entry.index(),
                    entry.name() + ": " + what + " " + tensor.elementAt(at) + whose + " at "
                            + tensor.shape().index(at) + " of " + tensor.shape() + "; called at " + site);
        }
    }
}

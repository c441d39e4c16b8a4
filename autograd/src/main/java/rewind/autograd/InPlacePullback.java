package rewind.autograd;

import rewind.autograd.memory.InPlace;

/**
 * A pullback, and the same in place, which writes to memory that it is given and so makes no tensor.
 *
 * @param rule dy ↦ dx in tensor language, for sweeps that are recorded or observed
 * @param form the same in place
 * @param held what dx depends on besides dy
 */
record InPlacePullback(Pullback rule, InPlace form, Tensor held) implements Pullback {
    @Override
    public Tensor apply(Tensor dy) {
        return rule.apply(dy);
    }

    /** Whether nothing that dx depends on is being recorded. */
    boolean isConstant(Tensor dy) {
        return !held.isRecorded() && !dy.isRecorded();
    }
}

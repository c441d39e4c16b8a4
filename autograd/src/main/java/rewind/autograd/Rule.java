package rewind.autograd;

/**
 * A derivative rule: makes the pullback for one input of an operation from the recorded output {@code y}. A rule captures only
 * what its pullback needs, and prefers the output over the inputs:
 *
 * <pre>{@code y -> dy -> dy.mul(y.square().oneMinus())   // tanh}</pre>
 */
@FunctionalInterface
public interface Rule {
    /** Returns the pullback, given the output of the operation. */
    Pullback of(Tensor y);
}

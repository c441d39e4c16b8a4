/**
 * Tensors and their derivatives in reverse mode.
 *
 * <p>Start with {@link rewind.autograd.Tensor}, on whose page all operations stand. {@link rewind.autograd.Grad} differentiates functions:
 *
 * <pre>{@code
 * Tensor v = Tensor.of(1, 2, 3);
 * Tensor gradient = Grad.gradient(w -> w.pow(3).sum(), v);     // 3w²: [3, 12, 27]
 * }</pre>
 *
 * A {@link rewind.autograd.Tape} differentiates a computation as it runs, with respect to what it watches:
 *
 * <pre>{@code
 * Tape tape = new Tape();
 * Tensor U = tape.watch(Tensor.randn(rng, 2, 3));
 * Tensor loss = x.matmul(U).tanh().square().mean();
 * Tensor dU = tape.backward(loss).of(U);                       // ∂loss/∂U, [2, 3] as U
 * }</pre>
 *
 * <p>{@link rewind.autograd.Tensor#op Tensor.op} adds an operation of one's own with its derivative rules, and
 * {@link rewind.autograd.check.GradientCheck} proves them. {@link rewind.autograd.commons.CommonsMath} leads to the optimizers and solvers of
 * Apache Commons Math.
 *
 * <p>Draws take a {@link org.apache.commons.math3.random.RandomGenerator} of Commons Math, not the JDK's interface of the same name, so
 * that one seed gives the same numbers with every JDK.
 */
package rewind.autograd;

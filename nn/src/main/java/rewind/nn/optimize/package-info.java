/**
 * How parameters follow their gradients: optimizers, their updates of any loss, other methods that minimise, clipping, and what a schedule
 * is. May use {@code layer} and {@code format}.
 */
package rewind.nn.optimize;

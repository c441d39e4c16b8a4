/** How parameters follow their gradients: optimizers, clipping, and what a schedule is. May use {@code layer}. */
package rewind.nn.optimize;

/** How far outputs are from their targets: losses, which have a derivative, and metrics, which people read. May use {@code layer}. */
package rewind.nn.loss;

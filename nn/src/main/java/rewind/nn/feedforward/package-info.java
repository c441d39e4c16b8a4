/** Layers that look at every sample, or at every step of one, by itself. May use {@code layer}. */
package rewind.nn.feedforward;

/** Layers of windows that slide along the axes of a sample. May use {@code layer}. */
package rewind.nn.convolution;

/**
 * Distributions as values: densities and draws of which the parameters are tensors, through which gradients flow. May use {@code layer}.
 */
package rewind.nn.distribution;

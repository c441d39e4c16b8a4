/**
 * What every definition is written with: layers and cells, the scope of their parameters, activations, initializers, options,
 * descriptions. May use {@code rewind.autograd} alone.
 */
package rewind.nn.layer;

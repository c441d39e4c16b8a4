/** A training run as its listeners and its user see it, and its history. May use {@code layer} and {@code format}. */
package rewind.nn.train;

/**
 * Training data in parts whose gradients are computed apart, on other machines for instance, and added in one order. May use {@code data},
 * {@code format} and {@code layer}.
 */
package rewind.nn.train.shard;

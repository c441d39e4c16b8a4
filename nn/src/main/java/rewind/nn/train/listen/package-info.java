/**
 * Listeners: progress, early stopping, plateaus, checkpoints, logs, TensorBoard. May use {@code layer}, {@code optimize}, {@code format},
 * {@code train} and {@code train.loop}.
 */
package rewind.nn.train.listen;

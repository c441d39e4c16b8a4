/**
 * How a run is done: options, batches, updates, evaluation, checkpoints, interruption; for {@code rewind.nn} and the listeners alone. May use
 * {@code layer}, {@code loss}, {@code optimize}, {@code data}, {@code format}, {@code train} and {@code train.shard}.
 */
package rewind.nn.train.loop;

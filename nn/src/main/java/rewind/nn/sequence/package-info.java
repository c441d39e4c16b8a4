/**
 * Sequences that models write, token after token: greedily, by draws, by beam search; how decoders learn to; and long sequences in lanes. May
 * use {@code data}, {@code distribution}, {@code layer}, {@code train}.
 */
package rewind.nn.sequence;

/**
 * Reverse mode itself. Performing an operation adds an entry to a recording; creation order is a topological order, so that a sweep is
 * one loop from the end to the start, which adds up at every entry what arrives there and pulls the sum back to the operands. Nothing
 * here knows what a value is: tensors use it, and so do plain numbers.
 */
package rewind.autograd.reverse;

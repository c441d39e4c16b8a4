/** Cells, the loop over the steps of a sequence, and the layers made of both. May use {@code layer} and {@code feedforward}. */
package rewind.nn.recurrent;

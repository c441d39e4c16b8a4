/** Layers in which the steps of a sequence look at each other, and what tells them where they stand. May use {@code layer}. */
package rewind.nn.attention;

/**
 * Where samples come from: datasets and other sources, CSV files, text, series, streams; scaling and vocabularies, which are kept with a
 * model. May use {@code layer}.
 */
package rewind.nn.data;

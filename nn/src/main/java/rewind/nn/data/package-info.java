/** Where samples come from: CSV files, text, series, streams; scaling and vocabularies, which are kept with a model. */
package rewind.nn.data;

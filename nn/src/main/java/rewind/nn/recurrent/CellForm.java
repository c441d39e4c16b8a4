package rewind.nn.recurrent;

/**
 * What must be known of a built-in recurrent layer to store it as other systems do.
 *
 * @param kind rnn, gru or lstm
 * @param resetAfter whether it is the GRU with a second bias chh of the candidate hh
 */
public record CellForm(String kind, Gates gates, boolean resetAfter) {}

package rewind.nn.recurrent;

import java.util.List;
import rewind.nn.layer.Form;
import rewind.nn.layer.Layer;

/** The layers that hand a state on from step to step. */
public final class RecurrentLayers {
    /** Their forms, one line for each class. */
    public static final List<Form<? extends Layer>> FORMS =
            List.of(Bidirectional.FORM, Gru.FORM, Lstm.FORM, OwnCell.FORM, Rnn.FORM);

    private RecurrentLayers() {}
}

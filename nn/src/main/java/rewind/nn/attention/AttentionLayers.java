package rewind.nn.attention;

import java.util.List;
import rewind.nn.layer.Form;
import rewind.nn.layer.Layer;

/** The layers of attention and of places. */
public final class AttentionLayers {
    /** Their forms, one line for each class. */
    public static final List<Form<? extends Layer>> FORMS =
            List.of(AdditiveAttention.FORM, MultiHeadAttention.FORM, PositionalEmbedding.FORM, PositionalEncoding.FORM);

    private AttentionLayers() {}
}

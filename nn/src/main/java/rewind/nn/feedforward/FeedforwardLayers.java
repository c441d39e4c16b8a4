package rewind.nn.feedforward;

import java.util.List;
import rewind.nn.layer.Form;
import rewind.nn.layer.Layer;

/** The layers that look at every sample, or at every step of one, by itself. */
public final class FeedforwardLayers {
    /** Their forms, one line for each class. */
    public static final List<Form<? extends Layer>> FORMS = List.of(
            ActivationLayer.FORM,
            BatchNormalization.FORM,
            Dense.FORM,
            Dropout.FORM,
            Embedding.FORM,
            Flatten.FORM,
            LayerNormalization.FORM,
            OneHot.FORM,
            Residual.FORM,
            RmsNormalization.FORM,
            TiedDense.FORM,
            TimeDistributed.FORM);

    private FeedforwardLayers() {}
}

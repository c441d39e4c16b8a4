package rewind.nn.convolution;

import java.util.List;
import rewind.nn.layer.Form;
import rewind.nn.layer.Layer;

/** The layers of windows. */
public final class ConvolutionLayers {
    /** Their forms, one line for each class. */
    public static final List<Form<? extends Layer>> FORMS = List.of(Convolution.FORM, GlobalPooling.FORM, Pooling.FORM);

    private ConvolutionLayers() {}
}

package rewind.nn;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import rewind.autograd.require.Check;
import rewind.nn.attention.AttentionLayers;
import rewind.nn.convolution.ConvolutionLayers;
import rewind.nn.feedforward.FeedforwardLayers;
import rewind.nn.layer.Description;
import rewind.nn.layer.Form;
import rewind.nn.layer.Layer;
import rewind.nn.layer.NamedLayer;
import rewind.nn.layer.Parts;
import rewind.nn.recurrent.RecurrentLayers;

/** The forms of all built-in layers, as each family of them hands them over. */
final class Forms {
    static final List<Form<? extends Layer>> ALL = Stream.of(
                    AttentionLayers.FORMS,
                    ConvolutionLayers.FORMS,
                    FeedforwardLayers.FORMS,
                    RecurrentLayers.FORMS,
                    List.<Form<? extends Layer>>of(NamedLayer.FORM, Sequential.FORM))
            .flatMap(List::stream)
            .toList();

    private static final Map<String, Form<? extends Layer>> BY_KIND = new TreeMap<>();

    static {
        ALL.forEach(form -> BY_KIND.put(form.kind(), form));
    }

    private Forms() {}

    /** Makes the built-in layer that is described; users' own parts of it come from the registry. */
    static Layer read(Description description, Parts parts) {
        Form<? extends Layer> form = BY_KIND.get(description.kind());
        Check.that(form != null, "layer %s must be one of %s", description.kind(), BY_KIND.keySet());
        return form.read(description, parts);
    }
}

package rewind.nn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The forms of all built-in layers. */
final class Forms {
    static final List<Form<?>> ALL = List.of(
            ActivationLayer.FORM,
            Bidirectional.FORM,
            Dense.FORM,
            Dropout.FORM,
            Embedding.FORM,
            Flatten.FORM,
            Gru.FORM,
            LayerNormalization.FORM,
            Lstm.FORM,
            NamedLayer.FORM,
            OneHot.FORM,
            OwnCell.FORM,
            Rnn.FORM,
            Sequential.FORM,
            TimeDistributed.FORM);

    private static final Map<String, Form<?>> BY_KIND = new TreeMap<>();

    static {
        ALL.forEach(form -> BY_KIND.put(form.kind(), form));
    }

    private Forms() {}

    /** The values of the options of a built-in layer; none if the layer is a user's own. */
    @SuppressWarnings("unchecked") // a form is one of the layer's class
    static Optional<List<Object>> values(Layer layer) {
        return ALL.stream()
                .filter(form -> form.type() == layer.getClass())
                .map(form -> ((Form<Layer>) form).values(layer))
                .findFirst();
    }

    /** Makes the built-in layer that is described; users' own parts of it come from the registry. */
    static Layer read(Description description, Registry own) {
        Form<?> form = BY_KIND.get(description.kind());
        Check.that(form != null, "layer %s must be one of %s", description.kind(), BY_KIND.keySet());
        return form.read(description, own);
    }
}

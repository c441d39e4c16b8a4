package rewind.nn.layer;

import static rewind.nn.layer.OptionType.LAYER;
import static rewind.nn.layer.OptionType.TEXT;

/**
 * A layer whose parameters are filed under another name.
 *
 * @param name the name
 * @param layer what it does
 */
public record NamedLayer(String name, Layer layer) implements Formed, Wrapping {
    /** How files describe it. */
    public static final Form<NamedLayer> FORM = Form.<NamedLayer>of(
                    NamedLayer.class, "named", in -> new NamedLayer(in.get("name", TEXT), in.get("layer", LAYER)))
            .option("name", TEXT, NamedLayer::name)
            .option("layer", LAYER, NamedLayer::layer);

    @Override
    public Form<NamedLayer> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}

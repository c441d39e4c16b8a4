package rewind.nn;

import rewind.nn.layer.Description;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Wrapping;

/**
 * A layer of a user's own, under the name by which files know it.
 *
 * @param description the name, and what options it has
 * @param layer what it does
 */
record OwnLayer(Description description, Layer layer) implements Wrapping {
    @Override
    public String name() {
        return description.ownName();
    }
}

package rewind.nn.layer;

import rewind.autograd.require.Check;

/** Where a {@link Form} finds what a description has as its parts: layers by their descriptions, and users' own by kind and name. */
public interface Parts {
    /**
     * Returns the layer that is described.
     *
     * @throws IllegalArgumentException if there is none, or it cannot have such options
     */
    Layer layer(Description description);

    /**
     * Returns what a user registered.
     *
     * @param kind cell, activation or initializer
     * @throws IllegalArgumentException if there is none of that name
     */
    Object own(String kind, String name);

    /** Without any. */
    Parts NONE = new Parts() {
        @Override
        public Layer layer(Description description) {
            throw Check.failure("there must be a layer %s", description.kind());
        }

        @Override
        public Object own(String kind, String name) {
            throw Check.failure("there must be %s %s", kind, name);
        }
    };
}

package rewind.nn.layer;

import java.util.List;

/** A layer of which files and people are told what its {@link Form} says; all built-in ones are such. */
public interface Formed extends Layer {
    /** Returns the form, which is one of this layer's class. */
    Form<?> form();

    /** Returns the values of the options, in their order. */
    @SuppressWarnings("unchecked") // the form is one of this class
    default List<Object> options() {
        return ((Form<Layer>) form()).values(this);
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    default Description description() {
        return ((Form<Layer>) form()).describe(this);
    }
}

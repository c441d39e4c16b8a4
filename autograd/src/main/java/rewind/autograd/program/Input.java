package rewind.autograd.program;

import java.util.List;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.algebra.Term;
import rewind.autograd.require.Check;

/** An input: what equations call it, its shape and type, and how it falls into named parts. */
record Input(String name, Shape shape, DType dtype, Term.Parts parts) {
    Input named(String other) {
        return new Input(other, shape, dtype, parts);
    }

    /** Its tangent. */
    Input tangent() {
        Term.Parts own = parts == null ? null : parts.of(Naming::tangentOf);
        return new Input(Naming.tangentOf(name), shape, dtype, own);
    }

    /** The same in named parts along an axis. */
    Input parted(int axis, List<String> names) {
        int along = axis < 0 ? axis + shape.rank() : axis;
        Check.that(
                along >= 0 && along < shape.rank() && (names.isEmpty() || names.size() == shape.size(along)),
                "program: axis %s of input %s of the shape %s must exist, and each part of it have a name, got %s",
                axis,
                name,
                shape,
                names);
        return new Input(name, shape, dtype, new Term.Parts(along, List.copyOf(names)));
    }
}

package rewind.onnx.proto;

import java.util.List;

/**
 * What a graph says of an input or output.
 *
 * @param name its name
 * @param type the type of its elements, null if it is no tensor of a type that is known here
 * @param sizes its sizes, null if not even their number is known
 * @param described its type in words
 */
public record ValueInfo(String name, ElementType type, List<Size> sizes, String described) {
    /** Makes one of a tensor. */
    public ValueInfo(String name, ElementType type, List<Size> sizes) {
        this(name, type, sizes, type.name());
    }

    /**
     * A size.
     *
     * @param value the number, −1 if it varies
     * @param name what files call one that varies, empty for no name
     */
    public record Size(long value, String name) {
        /** Returns a size that varies. */
        public static Size named(String name) {
            return new Size(-1, name);
        }

        /** Returns a size that is fixed. */
        public static Size of(long value) {
            return new Size(value, "");
        }

        /** Whether the size is fixed. */
        public boolean isFixed() {
            return value >= 0;
        }

        @Override
        public String toString() {
            return isFixed() ? String.valueOf(value) : name.isEmpty() ? "?" : name;
        }
    }
}

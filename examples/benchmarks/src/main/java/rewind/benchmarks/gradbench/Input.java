package rewind.benchmarks.gradbench;

import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;

/**
 * What a function is to be evaluated at: a number, or an object with named parts.
 *
 * @param value maps, lists, strings, booleans and doubles, as JSON has them
 */
record Input(Object value) {
    /** Returns a part of the object, null if there is none of that name. */
    private Object find(String name) {
        return value instanceof Map<?, ?> map ? map.get(name) : null;
    }

    /**
     * Returns a part of the object.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    Input part(String name) {
        Object found = find(name);
        if (found == null) {
            throw new IllegalArgumentException("input: there must be a part " + name);
        }
        return new Input(found);
    }

    /** Returns a number among the parts, or another one if there is none of that name. */
    double number(String name, double otherwise) {
        return find(name) == null ? otherwise : number(name);
    }

    double number(String name) {
        return part(name).number();
    }

    int integer(String name) {
        return (int) number(name);
    }

    boolean flag(String name) {
        return part(name).as(Boolean.class, "true or false");
    }

    int size(String name) {
        return part(name).list().size();
    }

    /** Returns an array of whole numbers. */
    int[] integers(String name) {
        return part(name).list().stream()
                .mapToInt(each -> (int) new Input(each).number())
                .toArray();
    }

    /**
     * Returns an array of numbers, or of arrays of one length and so on, as a tensor.
     *
     * @throws IllegalArgumentException if the lengths differ, or there is anything but numbers
     */
    Tensor tensor(String name) {
        return part(name).tensor();
    }

    Tensor tensor() {
        return Tensor.ofNested(nested(value));
    }

    private static Object nested(Object value) {
        if (!(value instanceof List<?> list)) {
            return new Input(value).number();
        }
        return list.stream().allMatch(Double.class::isInstance)
                ? list.stream().mapToDouble(Double.class::cast).toArray()
                : Tensor.stack(
                                0,
                                list.stream()
                                        .map(each -> new Input(each).tensor())
                                        .toList())
                        .toNestedArray();
    }

    /** Returns a matrix as a tensor, one of no columns if it has no rows. */
    Tensor matrix(String name) {
        return size(name) == 0 ? Tensor.zeros(0, 0) : tensor(name).reshape(size(name), -1);
    }

    private double number() {
        return as(Double.class, "a number");
    }

    private List<?> list() {
        return as(List.class, "an array");
    }

    private <T> T as(Class<T> type, String kind) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("input: there must be " + kind + ", got " + value);
        }
        return type.cast(value);
    }
}

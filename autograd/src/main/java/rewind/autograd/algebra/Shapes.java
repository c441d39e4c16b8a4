package rewind.autograd.algebra;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import rewind.autograd.Shape;

/** Shapes with an axis more or less. */
public final class Shapes {
    private Shapes() {}

    public static Shape without(Shape shape, int axis) {
        int[] sizes = new int[shape.rank() - 1];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = shape.size(i < axis ? i : i + 1);
        }
        return Shape.of(sizes);
    }

    public static Shape with(Shape shape, int axis, int size) {
        int[] sizes = shape.toArray();
        sizes[axis] = size;
        return Shape.of(sizes);
    }

    /** The last two axes. */
    public static Shape matrix(Shape shape) {
        return Shape.of(shape.size(-2), shape.size(-1));
    }

    /** The axes before the last two. */
    public static Shape leading(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.toArray(), Math.max(shape.rank() - 2, 0)));
    }

    /** The axes of one shape, then those of another. */
    public static Shape joined(Shape first, Shape second) {
        return Shape.of(IntStream.concat(Arrays.stream(first.toArray()), Arrays.stream(second.toArray()))
                .toArray());
    }

    /** The axes of more than one element. */
    public static List<Integer> proper(Shape shape) {
        List<Integer> axes = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (shape.size(axis) != 1) {
                axes.add(axis);
            }
        }
        return axes;
    }

    /** Whether two shapes differ by axes of one element alone. */
    public static boolean alike(Shape left, Shape right) {
        return Arrays.equals(properSizes(left), properSizes(right));
    }

    /** Whether two shapes differ by axes of one element before all others alone, so that both broadcast alike. */
    public static boolean aligned(Shape left, Shape right) {
        int common = Math.max(left.rank(), right.rank());
        for (int i = 1; i <= common; i++) {
            if (size(left, i) != size(right, i)) {
                return false;
            }
        }
        return true;
    }

    /** The size of an axis counted from the end, the last being 1; that of an axis that is missing is 1. */
    public static int size(Shape shape, int fromEnd) {
        return fromEnd > shape.rank() ? 1 : shape.size(-fromEnd);
    }

    /** The shape without axes of one element. */
    public static Shape squeezed(Shape shape) {
        return Shape.of(properSizes(shape));
    }

    /** A shape that broadcasts to a whole, without the axes of which the whole has one element. */
    public static Shape squeezed(Shape shape, Shape whole) {
        return Shape.of(IntStream.range(0, shape.rank())
                .filter(axis -> size(whole, shape.rank() - axis) != 1)
                .map(shape::size)
                .toArray());
    }

    /** The shape to which both broadcast. */
    public static Shape broadcast(Shape left, Shape right) {
        int[] sizes = new int[Math.max(left.rank(), right.rank())];
        for (int i = 1; i <= sizes.length; i++) {
            int size = size(left, i);
            sizes[sizes.length - i] = size == 1 ? size(right, i) : size;
        }
        return Shape.of(sizes);
    }

    private static int[] properSizes(Shape shape) {
        return proper(shape).stream().mapToInt(shape::size).toArray();
    }

    /** The axis of another shape, alike but for axes of one element, that an axis of more elements is there. */
    public static int same(Shape shape, int axis, Shape other) {
        return proper(other).get(proper(shape).indexOf(axis));
    }

    /** Whether an order of axes leaves the last one where it is, and moves others of one element alone. */
    public static boolean staysInOrder(Shape shape, List<Integer> order) {
        List<Integer> proper =
                order.stream().filter(axis -> shape.size(axis) != 1).toList();
        return order.get(order.size() - 1) == order.size() - 1 && proper.equals(proper(shape));
    }

    /** An order of axes without one of the result. */
    public static List<Integer> orderWithout(List<Integer> order, int axis) {
        int gone = order.get(axis);
        return IntStream.range(0, order.size())
                .filter(i -> i != axis)
                .mapToObj(i -> order.get(i) > gone ? order.get(i) - 1 : order.get(i))
                .toList();
    }

    /** The shape with axes of size 1. */
    public static Shape reduced(Shape shape, List<Integer> axes) {
        Shape kept = shape;
        for (int axis : axes) {
            kept = with(kept, axis, 1);
        }
        return kept;
    }

    /** Axes after one of them is gone. */
    public static List<Integer> remaining(List<Integer> axes, int gone) {
        return axes.stream()
                .filter(axis -> axis != gone)
                .map(axis -> axis > gone ? axis - 1 : axis)
                .toList();
    }
}

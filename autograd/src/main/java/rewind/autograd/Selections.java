package rewind.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.TensorOperation.Part;
import rewind.autograd.TensorOperation.Taken;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Selection;
import rewind.autograd.require.Check;

/** Taking selected elements out, and putting them into zeros: one is the pullback of the other. */
final class Selections {
    private Selections() {}

    /** Takes the selected elements out; the pullback puts dy back to where they were. */
    static Tensor take(String name, Supplier<Map<String, Object>> words, Selection where, Shape part, Tensor whole) {
        Shape from = whole.shape();
        Rule rule = y -> new Placed(where, from, null);
        return where.start() >= 0
                ? Op.view(new Part(name, where.start(), words), whole, part, rule)
                : Op.compute(new Taken(name, where, words), part, new Tensor[] {whole}, rule);
    }

    /** All elements in another order, or some of them repeated; a view where the memory stays the same. */
    static Tensor rearrange(
            String name, Supplier<Map<String, Object>> words, Selection order, Shape shape, Tensor x, Rule rule) {
        return order.start() >= 0
                ? Op.view(new Part(name, order.start(), words), x, shape, rule)
                : Op.compute(new Taken(name, order, words), shape, new Tensor[] {x}, rule);
    }

    /** The same elements in another shape, of the same size. */
    static Tensor reshape(Tensor x, Shape shape) {
        Shape before = x.shape();
        return shape.equals(before)
                ? x
                : Op.view(new Part("reshape", 0, Map::of), x, shape, y -> dy -> reshape(dy, before));
    }

    /** Adds every part to zeros at its place; the pullback for a part takes it out of dy again. */
    static Tensor place(
            String name, Map<String, Object> attributes, Shape whole, List<Selection> places, List<Tensor> parts) {
        Rule[] rules = new Rule[parts.size()];
        Arrays.setAll(rules, i -> {
            Shape part = parts.get(i).shape();
            return y -> dy -> take("take", () -> Map.of("where", places.get(i)), places.get(i), part, dy);
        });
        return Op.compute(
                new Computation(name, adding(places), attributes), whole, parts.toArray(new Tensor[0]), rules);
    }

    /** Adds parts to zeros, each at its place. */
    static Forward adding(List<Selection> places) {
        return (k, in, out) -> {
            k.fill(0, out.data, out.offset, out.size());
            for (int i = 0; i < in.length; i++) {
                places.get(i).addTo(in[i], out);
            }
        };
    }

    /**
     * The rows of x that the elements of another tensor name, which is recorded: they may be others when the recording is run again, so
     * they are an operand.
     */
    static Tensor gather(Tensor x, Tensor rows) {
        Shape whole = x.shape();
        Forward kernel = (k, in, out) -> rows(whole, in[1]).takeFrom(in[0], out);
        Shape part = rows.shape().followedBy(whole.row());
        Pullback placed = new Placed(new NamedRows(whole, rows.buffer()), whole, rows);
        return Op.compute("gather", part, kernel, new Tensor[] {x, rows}, y -> placed, null);
    }

    /** Adds every part to the row of zeros that the element of another tensor names. */
    private static Tensor scatter(Shape whole, Tensor parts, Tensor rows) {
        Forward kernel = (k, in, out) -> {
            k.fill(0, out.data, out.offset, out.size());
            rows(whole, in[1]).addTo(in[0], out);
        };
        return Op.compute("scatter", whole, kernel, new Tensor[] {parts, rows}, y -> dy -> gather(dy, rows), null);
    }

    private static Selection.Rows rows(Shape whole, Buffer numbers) {
        int[] rows = wholeNumbers("gather", numbers);
        requireRows(whole, rows);
        return new Selection.Rows(rows, whole.row().size());
    }

    /** Refuses rows outside, and counts those from the end from the start. */
    static void requireRows(Shape whole, int... rows) {
        Check.that(whole.rank() >= 1, "gather: the tensor must have rows, got the shape %s", whole);
        int count = whole.size(0);
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] < -count || rows[i] >= count) {
                throw Check.failure("gather: row %s must lie inside the shape %s", rows[i], whole);
            }
            rows[i] += rows[i] < 0 ? count : 0;
        }
    }

    /** Elements as indices. */
    static int[] wholeNumbers(String operation, Buffer of) {
        int[] numbers = new int[of.size()];
        for (int i = 0; i < numbers.length; i++) {
            double value = of.kernels().get(of.data, of.offset + i);
            numbers[i] = (int) value;
            if (numbers[i] != value) {
                throw Check.failure(
                        "%s: element %s of %s must be a whole number, got %s",
                        operation, Shape.of(of.sizes()).index(i), Shape.of(of.sizes()), value);
            }
        }
        return numbers;
    }

    /** Rows that the elements of a buffer name, whatever they are at the time. */
    private record NamedRows(Shape whole, Buffer by) implements Selection {
        @Override
        public void takeFrom(Buffer from, Buffer part) {
            rows(whole, by).takeFrom(from, part);
        }

        @Override
        public void addTo(Buffer part, Buffer to) {
            rows(whole, by).addTo(part, to);
        }
    }

    /**
     * The pullback of taking: a sweep adds dy to its place in the cotangent that is being summed, instead of to zeros.
     *
     * @param rows that name the place, or null if it is a constant
     */
    record Placed(Selection where, Shape whole, Tensor rows) implements Pullback {
        @Override
        public Tensor apply(Tensor dy) {
            return rows == null
                    ? place("place", Map.of("where", where), whole, List.of(where), List.of(dy))
                    : scatter(whole, dy, rows);
        }

        /** Whether the place is a constant as far as a sweep with this cotangent is concerned. */
        boolean isConstant(Tensor dy) {
            return rows == null || !(rows.isRecorded() || dy.isRecorded());
        }
    }
}

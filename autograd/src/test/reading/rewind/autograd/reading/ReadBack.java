package rewind.autograd.reading;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Reads the text of equations and computes what they say, for given inputs: nothing but the text is used. */
public final class ReadBack {
    private static final Pattern LEFT = Pattern.compile("(.+?)(?:⟨(.+)⟩)?");
    private static final Pattern RANGE = Pattern.compile("t = (\\d+)(?: … (\\d+))?(?:, (.+) = 0)?");

    /** An equation; without a step on its left side it holds once, and its sums go over the steps of the range. */
    private record Line(String name, String step, String right, Shape shape, int first, int last) {
        boolean isOfSteps() {
            return step != null;
        }

        /** The t for which the left side is at a step, −1 if it is for none. */
        int at(int wanted) {
            int t = step.startsWith("t") ? wanted - offset(step) : first;
            boolean holds = t >= first && t <= last && (step.startsWith("t") || Integer.parseInt(step) == wanted);
            return holds ? t : -1;
        }
    }

    private final List<Line> lines = new ArrayList<>();
    private final Map<String, Tensor> values = new HashMap<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    /** What is 0 as it is told so. */
    private final Set<Tensor> zeros = Collections.newSetFromMap(new IdentityHashMap<>());

    private ReadBack(String text) {
        text.lines().filter(line -> !line.isBlank()).forEach(this::read);
    }

    public static ReadBack of(String text) {
        return new ReadBack(text);
    }

    /** Gives an input. */
    public ReadBack given(String name, Tensor value) {
        values.put(name, value);
        if (name.endsWith("⟩")) {
            shapes.putIfAbsent(name.substring(0, name.indexOf('⟨')), value.shape());
        }
        return this;
    }

    /** Gives an input whose parts along an axis are those of the steps. */
    public ReadBack sequence(String name, int axis, Tensor value) {
        for (int k = 0; k < value.shape().size(axis); k++) {
            given(name + "⟨" + (k + 1) + "⟩", value.select(axis, k));
        }
        return given(name, value);
    }

    /** Gives an input whose parts along the first axis have names. */
    public ReadBack blocks(List<String> names, Tensor value) {
        for (int k = 0; k < names.size(); k++) {
            given(names.get(k), value.select(0, k));
        }
        return this;
    }

    /** Computes all left sides; those of steps have their step after their name, as in h⟨1⟩. */
    public Map<String, Tensor> values() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (Line line : lines) {
            if (!line.isOfSteps()) {
                all.put(line.name(), value(line.name(), null, 0));
            }
            for (int t = line.first(); line.isOfSteps() && t <= line.last(); t++) {
                int step = line.step().startsWith("t") ? t + offset(line.step()) : t;
                all.put(line.name() + "⟨" + step + "⟩", value(line.name(), line.step(), t));
            }
        }
        return all;
    }

    private void read(String text) {
        String[] columns = text.split(" {4,}", -1);
        String[] sides = columns[0].split(" = ", 2);
        Matcher left = LEFT.matcher(sides[0]);
        Matcher range = RANGE.matcher(columns.length > 2 ? columns[2] : "t = 0");
        if (!left.matches() || !range.matches()) {
            throw new AssertionError("cannot read " + text);
        }
        Shape shape = Expression.shape(columns[1]);
        int one = Integer.parseInt(range.group(1));
        int other = range.group(2) == null ? one : Integer.parseInt(range.group(2));
        lines.add(new Line(left.group(1), left.group(2), sides[1], shape, Math.min(one, other), Math.max(one, other)));
        shapes.put(left.group(1), shape);
        if (range.group(3) != null) {
            for (String zero : range.group(3).split(" = ", -1)) {
                values.put(zero, null);
            }
        }
    }

    /** t + 1 is 1 after t. */
    private static int offset(String step) {
        return step.equals("t") ? 0 : Integer.parseInt(step.substring(1).replace("−", "-"));
    }

    /** A value, at a step that is written relative to t, or by itself, or at none. */
    Tensor value(String name, String step, int t) {
        String key = name;
        int at = 0;
        if (step != null) {
            at = step.startsWith("t") ? t + offset(step) : Integer.parseInt(step);
            key += "⟨" + at + "⟩";
        }
        if (values.containsKey(key)) {
            Tensor value = values.get(key);
            if (value == null) {
                value = Tensor.zeros(shapes.get(name).toArray());
                zeros.add(value);
            }
            return value;
        }
        for (Line line : lines) {
            boolean same = line.name().equals(name) && line.isOfSteps() == (step != null);
            int own = !same ? -1 : step == null ? 0 : line.at(at);
            if (own >= 0) {
                Tensor right = new Expression(line.right(), this, own, line.first(), line.last()).value();
                Tensor value = right.size() == line.shape().size()
                        ? right.reshape(line.shape().toArray())
                        : repeated(right, line.shape());
                values.put(key, value);
                return value;
            }
        }
        if (step != null && shapes.containsKey(name)) { // a told zero beside it makes it immaterial
            return Tensor.full(Double.NaN, shapes.get(name).toArray());
        }
        throw new AssertionError("nothing says what " + key + " is");
    }

    /** A product, which is 0 if it is told that a factor is, whatever the other is. */
    Tensor times(Tensor x, Tensor y, BinaryOperator<Tensor> product) {
        Tensor z = product.apply(x, y);
        if (zeros.contains(x) || zeros.contains(y)) {
            z = Tensor.zeros(z.shape().toArray());
            zeros.add(z);
        }
        return z;
    }

    /** The same elements in another order: told to be 0 if the others were. */
    Tensor same(Tensor x, Tensor changed) {
        if (zeros.contains(x)) {
            zeros.add(changed);
        }
        return changed;
    }

    /** The value repeated to a shape; axes of one element at its front do not matter. */
    static Tensor repeated(Tensor x, Shape shape) {
        Tensor narrow = x;
        while (narrow.shape().rank() > shape.rank()) {
            narrow = narrow.squeeze(0);
        }
        return narrow.broadcastTo(shape);
    }

    /** The axes of a vector read as a row where a product needs a matrix. */
    static Tensor row(Tensor x) {
        return x.shape().rank() == 1 ? x.expandDims(0) : x;
    }

    /** x·y; a vector at the right is a column where it fits so. */
    static Tensor product(Tensor x, Tensor y) {
        boolean isColumn =
                y.shape().rank() == 1 && y.shape().size(0) == x.shape().size(-1);
        Tensor z = row(x).matmul(isColumn ? y.expandDims(1) : row(y));
        int last = z.shape().rank() - 1;
        Tensor narrow = isColumn ? z.squeeze(last) : z;
        return x.shape().rank() == 1 ? narrow.squeeze(last - 1) : narrow;
    }

    static Tensor transposed(Tensor x) {
        int[] order = IntStream.range(0, x.shape().rank()).toArray();
        int last = order.length - 1;
        if (last == 0) {
            return x.expandDims(1);
        }
        order[last] = last - 1;
        order[last - 1] = last;
        return x.permute(order);
    }
}

package rewind.autograd.reading;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Axes;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** The right side of an equation, read from left to right and computed on the way; operations are found by their names. */
final class Expression {
    private static final String MARKS = "ᵀ²·⊙+−/()[];,=⟨⟩Σ…×:";

    private static final Map<String, BinaryOperator<Tensor>> CONDITIONS = Map.of(
            ">", Tensor::greater,
            "≥", Tensor::greaterEqual,
            "<", Tensor::less,
            "≤", Tensor::lessEqual,
            "=", Tensor::equalTo,
            "≠", Tensor::notEqualTo);

    private final String text;
    private final ReadBack names;
    private final int t;
    private final int first;
    private final int last;
    private int at;

    /**
     * @param first the first step of a sum over t
     */
    Expression(String text, ReadBack names, int t, int first, int last) {
        this.text = text;
        this.names = names;
        this.t = t;
        this.first = first;
        this.last = last;
    }

    Tensor value() {
        Tensor value = sum();
        if (at < text.length()) {
            throw new AssertionError("cannot read " + text.substring(at) + " of " + text);
        }
        return value;
    }

    static Shape shape(String list) {
        return Shape.of(ints(list));
    }

    private static int[] ints(String list) {
        String inside = list.substring(1, list.length() - 1);
        return inside.isBlank()
                ? new int[0]
                : Arrays.stream(inside.split(", ", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray();
    }

    // ---- signs ----

    private boolean next(String sign) {
        if (text.startsWith(sign, at)) {
            at += sign.length();
            return true;
        }
        return false;
    }

    private void expect(String sign) {
        if (!next(sign)) {
            throw new AssertionError("no " + sign + " before " + text.substring(at) + " of " + text);
        }
    }

    private Tensor sum() {
        Tensor sum = next("−") ? product().neg() : product();
        while (true) {
            if (next(" + ")) {
                sum = sum.add(product());
            } else if (next(" − ")) {
                sum = sum.sub(product());
            } else {
                return sum;
            }
        }
    }

    private Tensor product() {
        if (next("Σ")) {
            return total();
        }
        Tensor product = matmul();
        while (true) {
            if (next(" ⊙ ")) {
                product = names.times(product, matmul(), Tensor::mul);
            } else if (next(" / ")) {
                product = product.div(matmul());
            } else {
                return product;
            }
        }
    }

    private Tensor total() {
        if (next(" ")) {
            return product().sum();
        }
        expect("_");
        String index = next("{") ? until("}") : text.substring(at, ++at);
        expect(" ");
        if (index.equals("m")) {
            return product().sum(Axes.of(0).keep());
        }
        if (index.startsWith("axes ")) {
            return product().sum(Axes.of(ints(index.substring(5))).keep());
        }
        int from = at;
        Tensor sum = null;
        for (int step : steps(index)) {
            Expression each = new Expression(text, names, step, first, last);
            each.at = from;
            Tensor term = each.product();
            sum = sum == null ? term : sum.add(term);
            at = each.at;
        }
        return sum;
    }

    private int[] steps(String index) {
        if (index.equals("t")) {
            return IntStream.rangeClosed(first, last).toArray();
        }
        if (!index.contains("…")) {
            return ints("[" + index.substring(2) + "]");
        }
        String[] ends = index.substring(2).split("…", -1);
        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]))
                .toArray();
    }

    private Tensor matmul() {
        boolean isNumber = Character.isDigit(text.charAt(at));
        Tensor x = postfix();
        while (next("·")) {
            Tensor y = postfix();
            x = names.times(x, y, isNumber ? Tensor::mul : ReadBack::product);
            isNumber = false;
        }
        return x;
    }

    private Tensor postfix() {
        Tensor x = atom();
        while (true) {
            if (next("ᵀ")) {
                x = names.same(x, ReadBack.transposed(x));
            } else if (next("²")) {
                x = x.square();
            } else if (next("[")) {
                x = part(x, until("]"));
            } else {
                return x;
            }
        }
    }

    private static Tensor part(Tensor whole, String indices) {
        Tensor x = whole;
        String[] all = indices.split(", ", -1);
        if (all.length != whole.shape().rank()) {
            throw new AssertionError("[" + indices + "] of " + whole.shape());
        }
        for (int axis = all.length - 1; axis >= 0; axis--) {
            String[] by = all[axis].split(" by ", -1);
            String[] ends = by[0].split("…", -1);
            if (ends.length == 2) {
                int step = by.length == 1 ? 1 : Integer.parseInt(by[1]);
                x = x.slice(axis, Integer.parseInt(ends[0]) - 1, Integer.parseInt(ends[1]), step);
            } else if (!ends[0].equals(":")) {
                x = x.select(axis, Integer.parseInt(ends[0]) - 1);
            }
        }
        return x;
    }

    private Tensor atom() {
        if (next("(")) {
            Tensor inside = sum();
            expect(")");
            return inside;
        }
        if (next("[")) {
            int inside = at;
            Tensor condition = condition();
            if (condition != null) {
                return condition;
            }
            at = inside;
            return Tensor.stack(0, parts("; ", "]"));
        }
        if (Character.isDigit(text.charAt(at))) {
            return number();
        }
        int from = at;
        while (at < text.length() && (MARKS.indexOf(text.charAt(at)) < 0 || isPath()) && text.charAt(at) != ' ') {
            at++;
        }
        String name = text.substring(from, at);
        if (next("⟨")) {
            return names.value(name, until("⟩"), t);
        }
        if (name.equals("NaN") || name.equals("Infinity")) {
            return Tensor.of(Double.parseDouble(name));
        }
        return next("(") ? function(name) : names.value(name, null, t);
    }

    /** 1 where a condition holds, else 0; null if there is none. */
    private Tensor condition() {
        Tensor left = sum();
        for (Map.Entry<String, BinaryOperator<Tensor>> each : CONDITIONS.entrySet()) {
            if (next(" " + each.getKey() + " ")) {
                Tensor condition = each.getValue().apply(left, sum());
                expect("]");
                return condition;
            }
        }
        return null;
    }

    private boolean isPath() {
        return text.charAt(at) == '/' && at + 1 < text.length() && text.charAt(at + 1) != ' ';
    }

    private Tensor number() {
        int from = at;
        while (at < text.length() && "0123456789.E".indexOf(text.charAt(at)) >= 0) {
            at += text.startsWith("E−", at) ? 2 : 1;
        }
        return Tensor.of(Double.parseDouble(text.substring(from, at).replace("−", "-")));
    }

    private String until(String end) {
        int from = at;
        at = text.indexOf(end, from) + end.length();
        return text.substring(from, at - end.length());
    }

    /** Parts of a pile: those that are numbers have the shape of the others. */
    private List<Tensor> parts(String between, String end) {
        List<Tensor> parts = new ArrayList<>();
        while (!text.startsWith("axis=", at) && !next(end)) {
            Tensor part = sum();
            int times = 1;
            if (next("×")) {
                times = (int) number().toDouble();
            }
            for (int i = 0; i < times; i++) {
                parts.add(part);
            }
            next(between);
        }
        Shape shape = parts.stream()
                .map(Tensor::shape)
                .filter(each -> each.rank() > 0)
                .findFirst()
                .orElse(Shape.of());
        return parts.stream().map(part -> part.broadcastTo(shape)).toList();
    }

    // ---- functions ----

    private Tensor function(String name) {
        if (name.equals("stack")) {
            List<Tensor> parts = parts(", ", ")");
            expect("axis=");
            return Tensor.stack(Integer.parseInt(until(")")), parts);
        }
        List<Tensor> in = new ArrayList<>();
        Map<String, String> attributes = new HashMap<>();
        boolean ofShape = name.equals("reshape") || name.equals("broadcast");
        do {
            int sign = text.indexOf('=', at);
            boolean isAttribute = sign > 0 && text.substring(at, sign).chars().allMatch(Character::isLetter);
            if (isAttribute || (ofShape && in.size() == 1)) {
                String key = isAttribute ? until("=") : "shape";
                boolean isList = text.charAt(at) == '[';
                int from = at;
                at = isList
                        ? text.indexOf(']', at) + 1
                        : IntStream.of(text.indexOf(',', at), text.indexOf(')', at))
                                .filter(i -> i >= 0)
                                .min()
                                .orElseThrow();
                attributes.put(key, text.substring(from, at));
            } else {
                in.add(sum());
            }
        } while (next(", "));
        expect(")");
        return apply(name, in, attributes);
    }

    private static Tensor apply(String name, List<Tensor> in, Map<String, String> attributes) {
        Tensor x = in.get(0);
        int[] axes = attributes.containsKey("axes") ? ints(attributes.get("axes")) : new int[0];
        switch (name) {
            case "σ":
                return x.sigmoid();
            case "diag":
                Tensor row = x.reshape(1, x.size());
                return row.mul(Tensor.eye(x.size()));
            case "reshape":
                return x.reshape(ints(attributes.get("shape")));
            case "broadcast":
                return ReadBack.repeated(x, shape(attributes.get("shape")));
            case "permute":
                return x.permute(axes);
            case "flip":
                return x.flip(axes);
            case "cumsum":
                return x.cumsum(axes[0]);
            case "argMax":
                return x.argMax(axes[0]);
            case "softmax":
                return x.softmax(axes);
            case "logSoftmax":
                return x.logSoftmax(axes);
            case "max":
                return x.max(Axes.of(axes));
            case "min":
                return x.min(Axes.of(axes));
            case "norm":
                return x.norm(Axes.of(axes));
            case "logSumExp":
                return x.logSumExp(Axes.of(axes));
            case "pad":
                return x.pad(number(attributes, "axis"), number(attributes, "before"), number(attributes, "after"));
            case "windows":
                return x.windows(
                        number(attributes, "axis"),
                        ints(attributes.get("sizes")),
                        ints(attributes.get("strides")),
                        ints(attributes.get("dilations")));
            case "overlapAdd":
                return x.overlapAdd(
                        number(attributes, "axis"),
                        ints(attributes.get("of")),
                        ints(attributes.get("strides")),
                        ints(attributes.get("dilations")));
            case "concat":
                return Tensor.concat(number(attributes, "axis"), in.toArray(new Tensor[0]));
            case "gather":
                return in.size() == 2 ? x.gather(in.get(1)) : x.gather(ints(attributes.get("rows")));
            case "scatter":
                return scattered(x, in.size() == 2 ? in.get(1) : null, attributes);
            case "clamp":
                return x.maximum(in.get(1)).minimum(in.get(2));
            case "where":
                return Tensor.where(x, in.get(1), in.get(2));
            case "oneHot":
                return x.oneHot(number(attributes, "classes"));
            default:
                return byName(name, in);
        }
    }

    private static int number(Map<String, String> attributes, String name) {
        return Integer.parseInt(attributes.get(name));
    }

    /** Rows added to their places among zeros. */
    private static Tensor scattered(Tensor x, Tensor numbers, Map<String, String> attributes) {
        int[] rows = numbers == null
                ? ints(attributes.get("rows"))
                : Arrays.stream(numbers.toArray()).mapToInt(row -> (int) row).toArray();
        double[] from = x.toArray();
        int width = from.length / rows.length;
        int count = number(attributes, "of");
        double[] whole = new double[count * width];
        for (int k = 0; k < from.length; k++) {
            whole[rows[k / width] * width + k % width] += from[k];
        }
        int rank = numbers == null ? 1 : numbers.shape().rank();
        int[] sizes = IntStream.concat(
                        IntStream.of(count), Arrays.stream(x.shape().toArray()).skip(rank))
                .toArray();
        return Tensor.of(Shape.of(sizes), whole);
    }

    private static Tensor byName(String op, List<Tensor> in) {
        try {
            Class<?>[] types = new Class<?>[in.size() - 1];
            Arrays.fill(types, Tensor.class);
            Object[] others = in.subList(1, in.size()).toArray();
            return (Tensor) Tensor.class.getMethod(op, types).invoke(in.get(0), others);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError("no operation " + op + " of " + in.size() + " operands", e);
        }
    }
}

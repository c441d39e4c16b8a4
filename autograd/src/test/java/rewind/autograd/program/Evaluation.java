package rewind.autograd.program;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Axes;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.buffer.Selection;
import rewind.autograd.program.Term.Call;
import rewind.autograd.program.Term.Matmul;
import rewind.autograd.program.Term.Number;
import rewind.autograd.program.Term.Permuted;
import rewind.autograd.program.Term.Pile;
import rewind.autograd.program.Term.Product;
import rewind.autograd.program.Term.Sum;
import rewind.autograd.program.Term.Symbol;
import rewind.autograd.program.Term.Total;
import rewind.autograd.program.Term.View;

/** Computes what equations say, by tensor operations found by their names: nothing of the recording is used. */
final class Evaluation {
    private final Map<String, Tensor> values = new HashMap<>();

    /** The values of all left sides, by their names and steps. */
    static Map<String, Tensor> of(Program program, List<Tensor> inputs) {
        Equations equations = program.equations();
        Evaluation evaluation = new Evaluation();
        evaluation.values.putAll(equations.constants());
        for (int i = 0; i < inputs.size(); i++) {
            Program.Variable input = program.variables().get(i);
            Tensor x = inputs.get(i);
            evaluation.values.put(input.name(), x);
            Term.Parts parts = input.parts();
            for (int k = 0; parts != null && k < x.shape().size(parts.axis()); k++) {
                String name =
                        parts.areSteps() ? key(input.name(), k) : parts.names().get(k);
                evaluation.values.put(name, x.select(parts.axis(), k));
            }
        }
        for (Line line : equations.lines()) {
            Tensor value = evaluation.of(line.right());
            evaluation.values.put(
                    key(line.left().name(), line.left().step()),
                    value.broadcastTo(line.left().shape()));
        }
        return evaluation.values;
    }

    static String key(String name, int step) {
        return step == Term.NO_STEP ? name : name + "@" + step;
    }

    /** The value of a term, in its shape: axes of one element are not written down. */
    Tensor of(Term term) {
        Tensor value = evaluated(term);
        return Shapes.alike(value.shape(), term.shape())
                ? value.reshape(term.shape().toArray())
                : value.broadcastTo(term.shape());
    }

    private Tensor evaluated(Term term) {
        if (term instanceof Symbol symbol) {
            Tensor value = values.get(key(symbol.name(), symbol.step()));
            if (value == null) {
                throw new AssertionError("nothing defines " + symbol + " among " + values.keySet());
            }
            return value;
        }
        if (term instanceof Number number) {
            return Tensor.full(number.value(), number.shape().toArray());
        }
        if (term instanceof Sum sum) {
            return sum.terms().stream().map(this::of).reduce(Tensor::add).orElseThrow();
        }
        if (term instanceof Product product) {
            return product.factors().stream()
                    .map(this::of)
                    .reduce(Tensor::mul)
                    .orElseThrow()
                    .mul(product.factor());
        }
        if (term instanceof Matmul m) {
            Tensor left = m.ta() ? of(m.left()).transpose() : of(m.left());
            Tensor right = m.tb() ? of(m.right()).transpose() : of(m.right());
            return left.matmul(right).sumTo(m.shape());
        }
        if (term instanceof Total total) {
            int[] axes = total.axes().stream().mapToInt(i -> i).toArray();
            return of(total.of()).sum(axes).reshape(total.shape().toArray());
        }
        if (term instanceof View view) {
            return of(view.of()).reshape(view.shape().toArray());
        }
        if (term instanceof Permuted permuted) {
            return of(permuted.of())
                    .permute(permuted.order().stream().mapToInt(i -> i).toArray());
        }
        if (term instanceof Pile pile) {
            return pile(pile);
        }
        return call((Call) term);
    }

    private Tensor pile(Pile pile) {
        Tensor zeros = Tensor.zeros(Shapes.without(pile.shape(), pile.axis()).toArray());
        Tensor[] parts = new Tensor[pile.shape().size(pile.axis())];
        Arrays.fill(parts, zeros);
        pile.pieces().forEach((i, piece) -> parts[i] = of(piece).broadcastTo(zeros.shape()));
        return Tensor.stack(pile.axis(), List.of(parts));
    }

    private Tensor call(Call call) {
        List<Tensor> in = call.operands().stream().map(this::of).toList();
        Tensor x = in.get(0);
        Map<String, Object> attributes = call.attributes();
        switch (call.op()) {
            case "select":
                return x.select((int) attributes.get("axis"), (int) attributes.get("index"));
            case "slice":
                return x.slice(
                        (int) attributes.get("axis"), (int) attributes.get("from"), (int) attributes.get("to"), (int)
                                attributes.get("step"));
            case "pad":
                return x.pad(
                        (int) attributes.get("axis"), (int) attributes.get("before"), (int) attributes.get("after"));
            case "reshape":
                return x.reshape(call.shape().toArray());
            case "broadcastTo":
                return x.broadcastTo(call.shape());
            case "flip":
                return x.flip(axes(attributes));
            case "concat":
                return Tensor.concat((int) attributes.get("axis"), in.toArray(new Tensor[0]));
            case "gather":
                return in.size() == 2 ? x.gather(in.get(1)) : x.gather(ints(attributes.get("rows")));
            case "clamp":
                return x.clamp((double) attributes.get("low"), (double) attributes.get("high"));
            case "where":
                return Tensor.where(x, in.get(1), in.get(2));
            case "oneHot":
                return x.oneHot((int) attributes.get("classes"));
            case "cumsum":
                return x.cumsum(axes(attributes)[0]);
            case "argMax":
                return x.argMax(axes(attributes)[0]);
            case "softmax":
                return x.softmax(axes(attributes));
            case "logSoftmax":
                return x.logSoftmax(axes(attributes));
            case "max":
                return x.max(Axes.of(axes(attributes))).reshape(call.shape().toArray());
            case "min":
                return x.min(Axes.of(axes(attributes))).reshape(call.shape().toArray());
            case "norm":
                return x.norm(Axes.of(axes(attributes))).reshape(call.shape().toArray());
            case "logSumExp":
                return x.logSumExp(Axes.of(axes(attributes)))
                        .reshape(call.shape().toArray());
            case "scatter":
                int[] rows = Arrays.stream(in.get(1).toArray())
                        .mapToInt(row -> (int) row)
                        .toArray();
                int width = call.shape().size() / call.shape().size(0);
                return placed(Map.of("where", new Selection.Rows(rows, width)), List.of(x), call.shape());
            case "place":
                return placed(attributes, in, call.shape());
            case "take":
                return taken((Selection) attributes.get("where"), x, call.shape());
            default:
                return byName(call.op(), in);
        }
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

    private static int[] axes(Map<String, Object> attributes) {
        return ints(attributes.get("axes"));
    }

    private static int[] ints(Object list) {
        return ((List<?>) list).stream().mapToInt(i -> (int) i).toArray();
    }

    private static Tensor placed(Map<String, Object> attributes, List<Tensor> in, Shape whole) {
        Object where = attributes.get("where");
        List<?> places = where instanceof List<?> list ? list : List.of(where);
        double[] result = new double[whole.size()];
        for (int i = 0; i < in.size(); i++) {
            double[] part = in.get(i).toArray();
            int[] at = positions((Selection) places.get(i), part.length);
            for (int k = 0; k < at.length; k++) {
                result[at[k]] += part[k];
            }
        }
        return Tensor.of(whole, result);
    }

    private static Tensor taken(Selection where, Tensor whole, Shape part) {
        double[] from = whole.toArray();
        int[] at = positions(where, part.size());
        return Tensor.of(part, Arrays.stream(at).mapToDouble(k -> from[k]).toArray());
    }

    private static int[] positions(Selection where, int count) {
        int[] positions = new int[count];
        if (where instanceof Selection.Range range) {
            Arrays.setAll(positions, k -> range.start() + k);
        } else if (where instanceof Selection.Rows rows) {
            Arrays.setAll(positions, k -> rows.rows()[k / rows.width()] * rows.width() + k % rows.width());
        } else if (where instanceof Selection.Block block) {
            for (int k = 0; k < count; k++) {
                int rest = k;
                positions[k] = block.first();
                for (int axis = block.part().length - 1; axis >= 0; axis--) {
                    positions[k] += rest % block.part()[axis] * block.steps()[axis];
                    rest /= block.part()[axis];
                }
            }
        }
        return positions;
    }
}

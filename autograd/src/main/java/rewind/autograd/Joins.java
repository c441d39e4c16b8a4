package rewind.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.TensorOperation.Ternary;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.require.Check;
import rewind.autograd.text.Ellipsis;

/** Tensors put together from several: one after another, or element by element. */
final class Joins {
    private Joins() {}

    /** See {@link Tensor#concat}. */
    static Tensor concat(int axis, Tensor... tensors) {
        Check.that(tensors.length > 0, "concat: there must be at least one tensor");
        Shape first = tensors[0].shape();
        int along = first.axis("concat", axis);
        long total = 0;
        for (Tensor each : tensors) {
            Check.that(
                    each.rank() == first.rank() && each.shape().with(along, 0).equals(first.with(along, 0)),
                    "concat: sizes must be equal on all axes but %s, got %s and %s",
                    axis,
                    first,
                    each.shape());
            total += each.size(along);
        }
        Check.that(total <= Integer.MAX_VALUE, "concat: an axis has at most 2147483647 elements, got %s", total);
        Rule[] rules = new Rule[tensors.length];
        int from = 0;
        for (int i = 0; i < tensors.length; i++) {
            int start = from;
            int end = from + tensors[i].size(along);
            rules[i] = y -> dy -> dy.slice(along, start, end);
            from = end;
        }
        return put("concat", first.with(along, (int) total), along, tensors, rules);
    }

    /** Puts tensors one after another along an axis, as they are read row after row. */
    private static Tensor put(String name, Shape whole, int along, Tensor[] tensors, Rule[] rules) {
        int step = whole.range(along, whole.rank()).size();
        int outer = step == 0 ? 0 : whole.size() / step;
        Forward kernel = (k, in, out) -> {
            Loops.split(outer, step, (first, last) -> {
                int start = out.offset;
                for (Buffer each : in) {
                    int run = outer == 0 ? 0 : each.size() / outer;
                    for (int o = first; o < last; o++) {
                        k.copy(each.data, each.offset + o * run, out.data, start + o * step, run);
                    }
                    start += run;
                }
            });
        };
        return Op.compute(new Computation(name, kernel, Map.of("axis", along)), whole, tensors, rules);
    }

    /** See {@link Tensor#stack}. */
    static Tensor stack(int axis, List<Tensor> tensors) {
        Check.that(!tensors.isEmpty(), "stack: there must be at least one tensor");
        Shape shape = tensors.get(0).shape();
        int rank = shape.rank() + 1;
        Check.that(
                axis >= -rank && axis < rank,
                "stack: axis %s must be an axis of the result of rank %s, from the shape %s",
                axis,
                rank,
                shape);
        int along = axis < 0 ? axis + rank : axis;
        Rule[] rules = new Rule[tensors.size()];
        for (int i = 0; i < rules.length; i++) {
            int index = i;
            Shape each = tensors.get(i).shape();
            Check.that(each.equals(shape), "stack: shapes must be equal, got %s and %s", shape, each);
            rules[i] = y -> dy -> dy.select(along, index);
        }
        Shape whole = shape.inserted(along, rules.length);
        return put("stack", whole, along, tensors.toArray(new Tensor[0]), rules);
    }

    /** See {@link Tensor#where(Tensor, Tensor, Tensor)}. */
    static Tensor where(Tensor condition, Tensor x, Tensor y) {
        Shape shape = Shape.broadcast("where", condition.shape(), Shape.broadcast("where", x.shape(), y.shape()));
        Tensor zero = x.scalar(0);
        return Op.compute(
                new Ternary("where", Kernels::where),
                shape,
                new Tensor[] {condition, x, y},
                null,
                z -> dz -> where(condition, dz, zero),
                z -> dz -> where(condition, zero, dz));
    }

    /** See {@link Tensor#where(Tensor, Function, Function, List)}. */
    static Tensor where(
            Tensor condition,
            Function<List<Tensor>, Tensor> f,
            Function<List<Tensor>, Tensor> g,
            List<Tensor> operands) {
        Check.that(!operands.isEmpty(), "where: branches that are functions need at least one operand");
        Shape shape = condition.shape();
        for (Tensor each : operands) {
            shape = Shape.broadcast("where", shape, each.shape());
        }
        double[] holds = condition.detach().broadcastTo(shape).toArray();
        int[] first = positions(holds, true);
        int[] second = positions(holds, false);
        List<Tensor> parts = new ArrayList<>();
        for (int[] chosen : new int[][] {first, second}) {
            if (chosen.length > 0) {
                parts.add(branch(chosen == first ? f : g, operands, shape, chosen));
            }
        }
        if (parts.isEmpty()) {
            return operands.get(0).broadcastTo(shape); // of no elements
        }
        int[] order = new int[holds.length];
        for (int i = 0; i < first.length; i++) {
            order[first[i]] = i;
        }
        for (int i = 0; i < second.length; i++) {
            order[second[i]] = first.length + i;
        }
        return Joins.concat(0, parts.toArray(new Tensor[0])).gather(order).reshape(shape.toArray());
    }

    /** What a branch makes of the chosen elements of the operands, as a vector. */
    private static Tensor branch(
            Function<List<Tensor>, Tensor> branch, List<Tensor> operands, Shape shape, int... chosen) {
        Shape vector = Shape.of(chosen.length);
        Tensor result = branch.apply(operands.stream()
                .map(each -> each.broadcastTo(shape).reshape(shape.size()).gather(chosen))
                .toList());
        Check.that(
                result != null && result.shape().broadcastsTo(vector),
                "where: a branch must give one number for each of the %s elements that it sees, got %s; what else it"
                        + " depends on belongs among the operands",
                chosen.length,
                result == null ? "null" : "the shape " + result.shape());
        return result.broadcastTo(vector);
    }

    /** Where the condition holds, or where it does not. */
    private static int[] positions(double[] condition, boolean held) {
        int[] positions = new int[condition.length];
        int count = 0;
        for (int i = 0; i < condition.length; i++) {
            if ((condition[i] != 0) == held) {
                positions[count++] = i;
            }
        }
        return Arrays.copyOf(positions, count);
    }

    // ---- sums of products ----

    /** A value with a name for each of its axes. */
    private record Named(Tensor value, String axes) {
        /** The diagonal for what is named twice. */
        Named single() {
            for (int i = 0; i < axes.length(); i++) {
                int other = axes.indexOf(axes.charAt(i), i + 1);
                if (other > 0) {
                    String rest = without(axes, axes.substring(i, i + 1));
                    Named last = to(rest + axes.charAt(i) + axes.charAt(i), axes);
                    return new Named(last.value.diagonal(), rest + axes.charAt(i)).single();
                }
            }
            return this;
        }

        /** In another order; of axes with one name, the first come first. */
        private Named to(String order, String own) {
            int[] permutation = new int[order.length()];
            StringBuilder left = new StringBuilder(own);
            for (int i = 0; i < permutation.length; i++) {
                permutation[i] = left.indexOf(order.substring(i, i + 1));
                left.setCharAt(permutation[i], ' ');
            }
            return new Named(value.permute(permutation), order);
        }

        Named to(String order) {
            return to(order, axes);
        }

        Named summedTo(String kept) {
            int[] over = IntStream.range(0, axes.length())
                    .filter(i -> kept.indexOf(axes.charAt(i)) < 0)
                    .toArray();
            return over.length == 0 ? this : new Named(value.sum(over), common(axes, kept));
        }

        /** With the product of the sizes of consecutive groups of axes. */
        Tensor grouped(String... groups) {
            Shape shape = to(String.join("", groups)).value.shape();
            int[] sizes = new int[groups.length];
            int axis = 0;
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = shape.range(axis, axis + groups[i].length()).size();
                axis += groups[i].length();
            }
            return to(String.join("", groups)).value.reshape(sizes);
        }

        /** With an axis of one element for every name that it lacks. */
        Tensor spread(String all) {
            Tensor spread = to(common(all, axes)).value;
            for (int i = 0; i < all.length(); i++) {
                spread = axes.indexOf(all.charAt(i)) < 0 ? spread.expandDims(i) : spread;
            }
            return spread;
        }

        /** The product, summed over what is not needed any more. */
        Named times(Named other, String needed) {
            Named left = summedTo(needed + other.axes);
            Named right = other.summedTo(needed + axes);
            String both = common(left.axes, right.axes);
            String batch = common(both, needed);
            String inner = without(both, needed);
            String rows = without(left.axes, both);
            String columns = without(right.axes, both);
            String result = batch + rows + columns;
            if (inner.isEmpty() || (rows + columns).isEmpty()) {
                Tensor product = left.spread(result + inner).mul(right.spread(result + inner));
                return new Named(product, result + inner).summedTo(result);
            }
            Tensor product = left.grouped(batch, rows, inner).matmul(right.grouped(batch, inner, columns));
            int[] sizes = new int[result.length()];
            Arrays.setAll(
                    sizes,
                    i -> left.axes.indexOf(result.charAt(i)) >= 0
                            ? left.size(result.charAt(i))
                            : right.size(result.charAt(i)));
            return new Named(product.reshape(sizes), result);
        }

        int size(char name) {
            return value.size(axes.indexOf(name));
        }
    }

    private static String common(String names, String others) {
        return names.chars()
                .filter(name -> others.indexOf(name) >= 0)
                .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                .toString();
    }

    private static String without(String names, String others) {
        return names.chars()
                .filter(name -> others.indexOf(name) < 0)
                .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                .toString();
    }

    /** See {@link Tensor#einsum}. */
    static Tensor einsum(String equation, Tensor... operands) {
        int[][] shapes = Arrays.stream(operands).map(x -> x.shape().toArray()).toArray(int[][]::new);
        Ellipsis written = Ellipsis.of(equation.replace(" ", ""), shapes);
        String plain = written.equation();
        Check.that(
                operands.length > 0 && plain.matches("\\w*(,\\w*)*->\\w*"),
                "einsum: an equation is as in \"ij,jk->ik\", with operands, got \"%s\" and %s operands",
                equation,
                operands.length);
        String result = plain.substring(plain.indexOf('>') + 1);
        String[] names = plain.substring(0, plain.indexOf('-')).split(",", -1);
        Check.that(
                names.length == operands.length,
                "einsum: \"%s\" needs %s operands, got %s",
                equation,
                names.length,
                operands.length);
        Map<Character, Integer> sizes = new HashMap<>();
        Named[] named = new Named[names.length];
        for (int i = 0; i < names.length; i++) {
            Shape shape = Shape.of(written.sizes(i));
            Check.that(
                    names[i].length() == shape.rank(),
                    "einsum: \"%s\" of \"%s\" must name every axis of %s",
                    names[i],
                    equation,
                    shape);
            for (int axis = 0; axis < shape.rank(); axis++) {
                Integer size = sizes.putIfAbsent(names[i].charAt(axis), shape.size(axis));
                Check.that(
                        size == null || size == shape.size(axis),
                        "einsum: axes of the name %s in \"%s\" must have one size, got %s and %s",
                        names[i].charAt(axis),
                        equation,
                        size,
                        shape.size(axis));
            }
            named[i] = new Named(operands[i].reshape(written.sizes(i)), names[i]).single();
        }
        Check.that(
                result.chars().allMatch(name -> sizes.containsKey((char) name))
                        && result.chars().distinct().count() == result.length(),
                "einsum: the result of \"%s\" must name axes of operands, each once",
                equation);
        Named product = named[0];
        for (int i = 1; i < named.length; i++) {
            String later = String.join("", Arrays.asList(names).subList(i + 1, names.length));
            product = product.times(named[i], result + later);
        }
        return product.summedTo(result).to(result).value;
    }

    static Tensor tile(Tensor x, int... counts) {
        Check.that(
                Arrays.stream(counts).allMatch(count -> count >= 0),
                "tile: counts must not be negative, got %s for the shape %s",
                counts,
                x.shape());
        int rank = Math.max(x.rank(), counts.length);
        int[] parts = new int[2 * rank]; // repeats and sizes in turn
        int[] repeated = new int[2 * rank];
        int[] whole = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            int of = axis - (rank - counts.length);
            int count = of < 0 ? 1 : counts[of];
            int own = axis - (rank - x.rank());
            int size = own < 0 ? 1 : x.size(own);
            parts[2 * axis] = 1;
            parts[2 * axis + 1] = size;
            repeated[2 * axis] = count;
            repeated[2 * axis + 1] = size;
            whole[axis] = Math.multiplyExact(count, size);
        }
        return x.reshape(parts).broadcastTo(repeated).reshape(whole);
    }
}

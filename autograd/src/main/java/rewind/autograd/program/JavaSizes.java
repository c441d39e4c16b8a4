package rewind.autograd.program;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.algebra.Shapes;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Call;
import rewind.autograd.algebra.Term.Matmul;
import rewind.autograd.algebra.Term.OverSteps;
import rewind.autograd.algebra.Term.Permuted;
import rewind.autograd.algebra.Term.Product;
import rewind.autograd.algebra.Term.Sum;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.algebra.Term.Total;

/** Finds from which sizes of the inputs the shape of a value follows, so that zeros of that shape can be made for inputs of any size. */
final class JavaSizes {
    private final Map<String, Term> definitions = new HashMap<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, String[]> inputs;

    /**
     * @param inputs the sizes of inputs, and of their parts, as they are written, by name
     */
    JavaSizes(List<Equation> all, Map<String, String[]> inputs) {
        this.inputs = inputs;
        for (Equation each : all) {
            definitions.putIfAbsent(each.line().left().name(), each.line().right());
            shapes.putIfAbsent(each.line().left().name(), each.line().left().shape());
        }
    }

    /** The sizes of a value, as they are written. */
    String of(Symbol symbol) {
        Shape shape = shapes.getOrDefault(symbol.name(), symbol.shape());
        return IntStream.range(0, shape.rank())
                .mapToObj(axis -> {
                    String found = size(symbol, shape.rank() - axis, new HashSet<>());
                    return found == null ? Integer.toString(shape.size(axis)) : found;
                })
                .collect(Collectors.joining(", "));
    }

    /** The size of an axis counted from the end, or null if it cannot be told. */
    private String size(Term term, int axis, Set<String> open) {
        if (axis > term.shape().rank() || term.shape().size(-axis) == 1) {
            return null;
        }
        if (term instanceof Symbol symbol) {
            String[] sizes = inputs.get(symbol.name());
            if (sizes != null) {
                return sizes[sizes.length - axis];
            }
            Term definition = definitions.get(symbol.name());
            boolean fits = definition != null && Shapes.aligned(definition.shape(), symbol.shape());
            if (!fits || !open.add(symbol.name())) {
                return null;
            }
            String found = size(definition, axis, open);
            open.remove(symbol.name());
            return found;
        }
        if (term instanceof Matmul product
                && product.left().shape().rank() > 1
                && product.right().shape().rank() > 1) {
            return axis == 1
                    ? size(product.right(), product.tb() ? 2 : 1, open)
                    : axis == 2 ? size(product.left(), product.ta() ? 1 : 2, open) : null;
        }
        if (term instanceof Permuted permuted) {
            int from = permuted.order().get(term.shape().rank() - axis);
            return size(permuted.of(), term.shape().rank() - from, open);
        }
        if (term instanceof Total total
                && total.shape().rank() != total.of().shape().rank()) {
            return null;
        }
        boolean sameAxes = term instanceof Sum
                || term instanceof Product
                || term instanceof OverSteps
                || term instanceof Total
                || (term instanceof Call call && call.elementwise());
        if (sameAxes) {
            for (Term operand : term.operands()) {
                String found = size(operand, axis, open);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}

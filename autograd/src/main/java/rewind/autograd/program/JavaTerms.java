package rewind.autograd.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.algebra.Shapes;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Call;
import rewind.autograd.algebra.Term.Matmul;
import rewind.autograd.algebra.Term.Number;
import rewind.autograd.algebra.Term.OverSteps;
import rewind.autograd.algebra.Term.Permuted;
import rewind.autograd.algebra.Term.Pile;
import rewind.autograd.algebra.Term.Product;
import rewind.autograd.algebra.Term.Sum;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.algebra.Term.Total;
import rewind.autograd.algebra.Terms;
import rewind.autograd.require.Check;

/** Writes {@linkplain Spelling spelled} terms as expressions of Java: chains of the methods of {@link Tensor}. */
final class JavaTerms {
    /** How a value at some step is written, or one outside loops. */
    interface Names {
        String of(Symbol symbol, int base);

        /** A first step, counted from 1, as it is written for any number of steps. */
        String first(int step);

        /** A last step likewise. */
        String last(int step);
    }

    private final Names names;
    /** The step that t stands for, or {@link Term#NO_STEP}. */
    private final int base;

    JavaTerms(Names names, int base) {
        this.names = names;
        this.base = base;
    }

    String write(Term term) {
        if (term instanceof Symbol symbol) {
            return names.of(symbol, base);
        }
        if (term instanceof Number number) {
            return "Tensor.full(type, " + digits(number.value()) + ")";
        }
        if (term instanceof Sum sum) {
            return sum(sum.terms());
        }
        if (term instanceof Product product) {
            return product(product);
        }
        if (term instanceof Matmul product) {
            return matmul(product);
        }
        if (term instanceof Total total) {
            boolean all = total.axes().size() == total.of().shape().rank();
            return write(total.of()) + (all ? ".sum()" : ".sum(Axes.of(" + list(total.axes()) + ").keep())");
        }
        if (term instanceof Permuted permuted) {
            return write(permuted.of())
                    + (permuted.order().equals(List.of(1, 0))
                            ? ".transpose()"
                            : ".permute(" + list(permuted.order()) + ")");
        }
        if (term instanceof Pile pile) {
            return pile(pile);
        }
        if (term instanceof OverSteps sum) {
            String steps = sum.isRange()
                    ? "IntStream.rangeClosed(" + names.first(sum.first() + 1) + ", " + names.last(sum.last() + 1) + ")"
                    : sum.steps().stream()
                            .map(i -> Integer.toString(i + 1))
                            .collect(Collectors.joining(", ", "IntStream.of(", ")"));
            return "sum(" + steps + ", t -> " + new JavaTerms(names, sum.at()).write(sum.of()) + ")";
        }
        return call((Call) term);
    }

    static String digits(double value) {
        if (Double.isNaN(value)) {
            return "Double.NaN";
        }
        return Double.isInfinite(value)
                ? (value < 0 ? "Double.NEGATIVE_INFINITY" : "Double.POSITIVE_INFINITY")
                : Double.toString(value);
    }

    private static String list(List<?> numbers) {
        return numbers.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    static String sizes(Shape shape) {
        return Arrays.stream(shape.toArray()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }

    static String shape(Shape shape) {
        return "Shape.of(" + sizes(shape) + ")";
    }

    // ---- arithmetic ----

    private String sum(List<Term> terms) {
        boolean isOneMinus = terms.size() == 2 && Terms.isNumber(terms.get(0), 1) && Terms.isNegative(terms.get(1));
        if (isOneMinus) {
            return write(positive(terms.get(1))) + ".oneMinus()";
        }
        List<Term> tensors = new ArrayList<>(terms);
        tensors.removeIf(Number.class::isInstance);
        StringBuilder text = new StringBuilder();
        for (Term each : tensors) {
            boolean negative = Terms.isNegative(each);
            String one = write(negative ? positive(each) : each);
            if (text.isEmpty()) {
                text.append(one).append(negative ? ".neg()" : "");
            } else {
                text.append(negative ? ".sub(" : ".add(").append(one).append(')');
            }
        }
        terms.stream()
                .filter(Number.class::isInstance)
                .forEach(each -> text.append(".add(")
                        .append(digits(((Number) each).value()))
                        .append(')'));
        return text.toString();
    }

    private static Term positive(Term negative) {
        return Terms.product(-1, List.of(negative), negative.shape());
    }

    private String product(Product product) {
        String text = write(product.factors().get(0))
                + product.factors().stream()
                        .skip(1)
                        .map(each -> ".mul(" + write(each) + ")")
                        .collect(Collectors.joining());
        return product.factor() == 1
                ? text
                : product.factor() == -1 ? text + ".neg()" : text + ".mul(" + digits(product.factor()) + ")";
    }

    /** Vectors become rows or columns, whose axes are dropped again. */
    private String matmul(Matmul product) {
        boolean leftIsVector = product.left().shape().rank() == 1;
        boolean rightIsVector = product.right().shape().rank() == 1;
        String left = write(product.left());
        String right = write(product.right());
        left += leftIsVector ? ".expandDims(" + (product.ta() ? 1 : 0) + ")" : product.ta() ? ".transpose()" : "";
        int rows = leftIsVector && !product.ta() ? 0 : 1;
        boolean isColumn = rightIsVector
                && product.shape().rank() < Math.max(2, product.left().shape().rank()) - 1 + rows;
        right += rightIsVector ? ".expandDims(" + (isColumn ? 1 : 0) + ")" : product.tb() ? ".transpose()" : "";
        String text = left + ".matmul(" + right + ")";
        text += isColumn ? ".squeeze(-1)" : "";
        return rows == 1 ? text : text + ".squeeze(" + (isColumn ? -1 : -2) + ")";
    }

    private String pile(Pile pile) {
        String zeros = "Tensor.zeros(type, " + shape(Shapes.without(pile.shape(), pile.axis())) + ")";
        String parts = IntStream.range(0, pile.shape().size(pile.axis()))
                .mapToObj(
                        i -> pile.pieces().containsKey(i) ? write(pile.pieces().get(i)) : zeros)
                .collect(Collectors.joining(", "));
        return "Tensor.stack(" + pile.axis() + ", List.of(" + parts + "))";
    }

    // ---- functions ----

    private String call(Call call) {
        Map<String, Object> attributes = call.attributes();
        Function<String, Object> of = attributes::get;
        List<Term> in = call.operands();
        Check.that(
                !call.op().equals("draw"),
                "equations: what is drawn at random (%s) has no Java form; draw it outside, and make it an input of the program",
                of.apply("distribution"));
        String x = write(in.get(0));
        switch (call.op()) {
            case "select":
                return x + ".select(" + of.apply("axis") + ", " + of.apply("index") + ")";
            case "slice":
                return x + ".slice(" + of.apply("axis") + ", " + of.apply("from") + ", " + of.apply("to") + ", "
                        + of.apply("step") + ")";
            case "pad":
                return x + ".pad(" + of.apply("axis") + ", " + of.apply("before") + ", " + of.apply("after") + ")";
            case "reshape":
                return x + ".reshape(" + sizes(call.shape()) + ")";
            case "broadcast":
                return repeated(x, in.get(0).shape(), call.shape());
            case "concat":
                return "Tensor.concat(" + of.apply("axis") + ", "
                        + in.stream().map(this::write).collect(Collectors.joining(", ")) + ")";
            case "where":
                return "Tensor.where(" + in.stream().map(this::write).collect(Collectors.joining(", ")) + ")";
            case "clamp":
                return x + ".maximum(" + operand(in.get(1)) + ").minimum(" + operand(in.get(2)) + ")";
            case "gather":
                return x + ".gather(" + (in.size() == 2 ? write(in.get(1)) : list((List<?>) of.apply("rows"))) + ")";
            case "scatter":
                return scatter(call, x);
            case "oneHot":
                return x + ".oneHot(" + of.apply("classes") + ")";
            case "windows":
                return x + ".windows(" + of.apply("axis") + ", " + ints(of.apply("sizes")) + spacing(of) + ")";
            case "overlapAdd":
                return x + ".overlapAdd(" + of.apply("axis") + ", " + ints(of.apply("of")) + spacing(of) + ")";
            case "max":
            case "min":
            case "norm":
            case "logSumExp":
                return x + "." + call.op() + "(Axes.of(" + list((List<?>) of.apply("axes")) + "))";
            default:
                return byName(call, x);
        }
    }

    private static String spacing(Function<String, Object> of) {
        return ", " + ints(of.apply("strides")) + ", " + ints(of.apply("dilations"));
    }

    private static String ints(Object numbers) {
        return "new int[] {" + list((List<?>) numbers) + "}";
    }

    /** Axes of one element at the front are dropped where there are too many. */
    static String repeated(String x, Shape own, Shape shape) {
        int more = own.rank() - shape.rank();
        String narrow = more <= 0
                ? x
                : x + ".squeeze("
                        + IntStream.range(0, more).mapToObj(Integer::toString).collect(Collectors.joining(", ")) + ")";
        return narrow + ".broadcastTo(" + shape(shape) + ")";
    }

    private String operand(Term term) {
        return term instanceof Number number ? digits(number.value()) : write(term);
    }

    /** Rᵀ·x with a row of R for each row of x, which is 1 where that is to be. */
    private String scatter(Call call, String x) {
        List<Term> in = call.operands();
        int rank = in.size() == 2 ? in.get(1).shape().rank() : 1;
        int rows = 1;
        for (int axis = 0; axis < rank; axis++) {
            rows *= in.get(0).shape().size(axis);
        }
        String numbers = in.size() == 2
                ? write(in.get(1)) + ".reshape(" + rows + ")"
                : "Tensor.of(new double[] {" + list((List<?>) call.attributes().get("rows")) + "}).to(type)";
        int count = call.shape().size(0);
        int width = count == 0 ? 0 : call.shape().size() / count;
        return numbers + ".oneHot(" + count + ").transpose().matmul(" + x + ".reshape(" + rows + ", " + width
                + ")).reshape(" + sizes(call.shape()) + ")";
    }

    private String byName(Call call, String x) {
        boolean known = Arrays.stream(Tensor.class.getMethods())
                .anyMatch(method -> method.getName().equals(call.op()));
        Check.that(
                known,
                "equations: operation %s of a user's own has no Java form; write the function in methods of Tensor",
                call.op());
        List<Term> others = call.operands().subList(1, call.operands().size());
        Object axes = call.attributes().get("axes");
        String arguments = axes != null
                ? list((List<?>) axes)
                : others.stream().map(this::operand).collect(Collectors.joining(", "));
        if (call.operands().get(0) instanceof Number && others.stream().anyMatch(each -> !(each instanceof Number))) {
            return x + "." + call.op() + "(" + others.stream().map(this::write).collect(Collectors.joining(", ")) + ")";
        }
        return x + "." + call.op() + "(" + arguments + ")";
    }
}

package rewind.autograd.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import rewind.autograd.algebra.Notation;
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

/** Writes terms in a notation, with parentheses where they are needed. */
final class Writer {
    /** Digits and a point of numbers that are not written as fractions. */
    private static final int LONG = 10;

    private static final int FEW = 10;
    private static final int MOST = 10_000;

    private static final int SUM = 0;
    private static final int PRODUCT = 1;
    private static final int MATMUL = 2;
    private static final int ATOM = 3;

    private static final Map<String, String> COMPARISONS = Map.of(
            "greater", ">", "greaterEqual", "≥", "less", "<", "lessEqual", "≤", "equalTo", "=", "notEqualTo", "≠");

    private final Notation notation;
    /** The step that others are written relative to, or {@link Term#NO_STEP}: then steps are counted from 1. */
    private final int step;

    /** The steps, counted from 1, that a sum over t goes over unless it says others. */
    private final int first;

    private final int last;

    Writer(Notation notation, int step) {
        this(notation, step, 0, 0);
    }

    Writer(Notation notation, int step, int first, int last) {
        this.notation = notation;
        this.step = step;
        this.first = first;
        this.last = last;
    }

    String write(Term term) {
        return write(term, SUM);
    }

    String write(Symbol symbol) {
        if (symbol.step() == Term.NO_STEP) {
            return notation.symbol(symbol.name(), null);
        }
        String at = step == Term.NO_STEP ? Integer.toString(symbol.step() + 1) : notation.step(symbol.step() - step);
        return notation.symbol(symbol.name(), at);
    }

    private String write(Term term, int strength) {
        if (term instanceof Symbol symbol) {
            return write(symbol);
        }
        if (term instanceof Number number) {
            return within(notation.number(number.value()), number.value() < 0 ? SUM : ATOM, strength);
        }
        if (term instanceof Sum sum) {
            return within(sum(sum), SUM, strength);
        }
        if (term instanceof Product product) {
            return product(product, strength);
        }
        if (term instanceof Matmul m) {
            String left = m.ta() ? notation.transposed(write(m.left(), ATOM)) : write(m.left(), MATMUL);
            String right = m.tb() ? notation.transposed(write(m.right(), ATOM)) : write(m.right(), ATOM);
            return within(notation.matmul(left, right), MATMUL, strength);
        }
        if (term instanceof Total total) {
            return within(notation.total(axes(total), write(total.of(), PRODUCT)), PRODUCT, strength);
        }
        if (term instanceof OverSteps sum) {
            return within(overSteps(sum), PRODUCT, strength);
        }
        if (term instanceof Permuted permuted) {
            return permuted.order().equals(List.of(1, 0))
                    ? notation.transposed(write(permuted.of(), ATOM))
                    : notation.function("permute", List.of(write(permuted.of())), List.of("axes=" + permuted.order()));
        }
        if (term instanceof Pile pile) {
            return pile(pile);
        }
        return call((Call) term, strength);
    }

    private String sum(Sum sum) {
        String text = null;
        for (Term term : sum.terms()) {
            boolean negative = Terms.isNegative(term);
            Term positive = negative ? Terms.product(-1, List.of(term), term.shape()) : term;
            String one = write(positive, PRODUCT);
            text = text == null
                    ? negative ? notation.negative(one) : one
                    : negative ? notation.minus(text, one) : notation.plus(text, one);
        }
        return text;
    }

    private String overSteps(OverSteps sum) {
        String index = !sum.isRange()
                ? "t=" + sum.steps().stream().map(i -> Integer.toString(i + 1)).collect(Collectors.joining(", "))
                : sum.first() + 1 == first && sum.last() + 1 == last
                        ? "t"
                        : notation.steps(sum.first() + 1, sum.last() + 1);
        return notation.total(index, new Writer(notation, sum.at()).write(sum.of(), PRODUCT));
    }

    private String product(Product product, int strength) {
        List<String> factors =
                product.factors().stream().map(factor -> write(factor, ATOM)).toList();
        double number = product.factor();
        String all = factors.size() == 1 ? factors.get(0) : notation.product(factors);
        String positive = scaled(Math.abs(number), all, factors.size() == 1);
        return number < 0
                ? within(notation.negative(positive), SUM, strength)
                : within(positive, positive.equals(all) && factors.size() == 1 ? ATOM : PRODUCT, strength);
    }

    /** A positive number times what is written; as a fraction where the number would have no end: x / 3. */
    private String scaled(double number, String x, boolean isAtom) {
        int divisor = Double.toString(number).length() < LONG ? 1 : divisor(number);
        double dividend = Math.rint(number * divisor);
        if (divisor == 1) {
            return number == 1 ? x : notation.scaled(notation.number(number), x);
        }
        String above = dividend == 1 ? x : notation.scaled(notation.number(dividend), x);
        return notation.fraction(
                isAtom && dividend == 1 ? above : notation.parenthesized(above), notation.number(divisor));
    }

    /** The least whole number of which a number is a few parts; 1 if there is none. */
    private static int divisor(double number) {
        for (int divisor = 2; divisor < MOST; divisor++) {
            double dividend = Math.rint(number * divisor);
            if (dividend > 0 && dividend < FEW && dividend / divisor == number) {
                return divisor;
            }
        }
        return 1;
    }

    private String call(Call call, int strength) {
        List<Term> in = call.operands();
        switch (call.op()) {
            case "square":
                return notation.squared(write(in.get(0), ATOM));
            case "div":
                return within(notation.fraction(write(in.get(0), ATOM), write(in.get(1), ATOM)), PRODUCT, strength);
            case "reciprocal":
                return within(notation.fraction(notation.number(1), write(in.get(0), ATOM)), PRODUCT, strength);
            case "select":
            case "slice":
                return notation.indexed(write(in.get(0), ATOM), indices(call));
            case "draw":
                return notation.text((String) call.attributes().get("distribution"));
            case "reshape":
            case "broadcast":
                return notation.function(
                        call.op(),
                        List.of(write(in.get(0))),
                        List.of(call.shape().toString()));
            default:
                if (COMPARISONS.containsKey(call.op())) {
                    return notation.condition(write(in.get(0)), COMPARISONS.get(call.op()), write(in.get(1)));
                }
                List<String> attributes = call.attributes().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .toList();
                return notation.function(call.op(), in.stream().map(this::write).toList(), attributes);
        }
    }

    /** Σ over samples is written Σ_m. */
    private static String axes(Total total) {
        int rank = total.of().shape().rank();
        boolean samples = rank == 2 && total.axes().equals(List.of(0));
        return total.axes().size() == rank ? "" : samples ? "m" : "axes " + total.axes();
    }

    /** Indices along the axes, counted from 1 as steps are; a colon for all. */
    private static String indices(Call part) {
        int rank = part.operands().get(0).shape().rank();
        Map<String, Object> attributes = part.attributes();
        String[] all = new String[rank];
        Arrays.fill(all, ":");
        int axis = (int) attributes.get("axis");
        if (part.op().equals("select")) {
            all[axis] = Integer.toString((int) attributes.get("index") + 1);
        } else {
            int step = (int) attributes.get("step");
            all[axis] =
                    ((int) attributes.get("from") + 1) + "…" + attributes.get("to") + (step == 1 ? "" : " by " + step);
        }
        return String.join(", ", all);
    }

    /** The parts in their order, with zeros between them. */
    private String pile(Pile pile) {
        List<String> parts = new ArrayList<>();
        int next = 0;
        for (Map.Entry<Integer, Term> piece : pile.pieces().entrySet()) {
            addZeros(piece.getKey() - next, parts);
            parts.add(write(piece.getValue()));
            next = piece.getKey() + 1;
        }
        addZeros(pile.shape().size(pile.axis()) - next, parts);
        return pile.axis() == 0
                ? notation.pile(parts)
                : notation.function("stack", parts, List.of("axis=" + pile.axis()));
    }

    private void addZeros(int count, List<String> to) {
        if (count > 0) {
            to.add(count == 1 ? notation.number(0) : notation.repeated(notation.number(0), count));
        }
    }

    private String within(String text, int own, int strength) {
        return own < strength ? notation.parenthesized(text) : text;
    }
}

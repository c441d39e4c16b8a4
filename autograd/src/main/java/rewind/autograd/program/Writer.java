package rewind.autograd.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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

/** Writes terms in a notation, with parentheses where they are needed. */
final class Writer {
    private static final int SUM = 0;
    private static final int PRODUCT = 1;
    private static final int MATMUL = 2;
    private static final int ATOM = 3;

    private final Notation notation;
    /** The step that others are written relative to, or {@link Term#NO_STEP}: then steps are counted from 1, and sums over them folded. */
    private final int step;

    Writer(Notation notation, int step) {
        this.notation = notation;
        this.step = step;
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
        if (term instanceof View view) {
            return write(view.of(), strength); // axes of one element are not written
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
        if (term instanceof Permuted permuted) {
            return permuted.order().equals(List.of(1, 0))
                    ? notation.transposed(write(permuted.of(), ATOM))
                    : notation.function("permute", List.of(write(permuted.of())), List.of("axes=" + permuted.order()));
        }
        if (term instanceof Pile pile) {
            return notation.pile(
                    pile.pieces().values().stream().map(this::write).toList());
        }
        return call((Call) term, strength);
    }

    /** A term as it is written, whether it is subtracted, and the steps, counted from 1, over which it is summed; none outside. */
    private record Written(String text, boolean negative, TreeSet<Integer> steps, Term term) {}

    /** The terms in their order; those that repeat over steps once, with a sign of summation. */
    private String sum(Sum sum) {
        List<Written> all = new ArrayList<>();
        Map<String, Written> bySteps = new HashMap<>();
        for (Term term : sum.terms()) {
            boolean negative = Terms.isNegative(term);
            Term positive = negative ? Terms.product(-1, List.of(term), term.shape()) : term;
            int last = step == Term.NO_STEP ? StepSymbols.last(positive) : Term.NO_STEP;
            if (last == Term.NO_STEP) {
                all.add(new Written(write(positive, PRODUCT), negative, new TreeSet<>(), positive));
                continue;
            }
            String text = new Writer(notation, last).write(positive, PRODUCT);
            String key = negative + text;
            Written same = bySteps.get(key);
            if (same == null || !same.steps().add(last + 1)) {
                same = new Written(text, negative, new TreeSet<>(List.of(last + 1)), positive);
                bySteps.put(key, same);
                all.add(same);
            }
        }
        int most = all.stream().mapToInt(each -> each.steps().size()).max().orElse(0);
        String text = null;
        for (Written each : all) {
            String one = overSteps(each, most);
            text = text == null
                    ? each.negative() ? notation.negative(one) : one
                    : each.negative() ? notation.minus(text, one) : notation.plus(text, one);
        }
        return text;
    }

    private String overSteps(Written written, int most) {
        TreeSet<Integer> steps = written.steps();
        if (steps.isEmpty()) {
            return written.text();
        }
        if (steps.size() == 1) {
            return write(written.term(), PRODUCT); // at the step as it is counted
        }
        boolean contiguous = steps.last() - steps.first() == steps.size() - 1;
        String index = !contiguous
                ? "t∈" + steps
                : steps.size() >= most - 1 ? "t" : notation.steps(steps.first(), steps.last());
        return notation.total(index, written.text());
    }

    private String product(Product product, int strength) {
        List<String> factors =
                product.factors().stream().map(factor -> write(factor, ATOM)).toList();
        double number = product.factor();
        String all = factors.size() == 1 ? factors.get(0) : notation.product(factors);
        String positive = Math.abs(number) == 1 ? all : notation.scaled(notation.number(Math.abs(number)), all);
        return number < 0
                ? within(notation.negative(positive), SUM, strength)
                : within(positive, positive.equals(all) && factors.size() == 1 ? ATOM : PRODUCT, strength);
    }

    private String call(Call call, int strength) {
        List<Term> in = call.operands();
        switch (call.op()) {
            case "square":
                return notation.squared(write(in.get(0), ATOM));
            case "div":
                return within(notation.fraction(write(in.get(0), ATOM), write(in.get(1), ATOM)), PRODUCT, strength);
            case "broadcastTo":
                return write(in.get(0), strength); // repeating is not written
            default:
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
        return samples ? "m" : total.axes().size() == rank ? "" : "axes " + total.axes();
    }

    private String within(String text, int own, int strength) {
        return own < strength ? notation.parenthesized(text) : text;
    }
}

package rewind.autograd.program;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
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

/** Terms as Unicode text. */
final class TextForm {
    private static final int SUM = 0;
    private static final int PRODUCT = 1;
    private static final int MATMUL = 2;
    private static final int ATOM = 3;

    private final IntFunction<String> index;
    private final boolean folds;

    /**
     * A form.
     *
     * @param index how a step is written
     * @param folds whether terms of a sum that are the same but for the step become one
     */
    TextForm(IntFunction<String> index, boolean folds) {
        this.index = index;
        this.folds = folds;
    }

    /** Steps relative to one: t, t−1, t+2. */
    static TextForm relativeTo(int step) {
        return new TextForm(at -> "⟨t" + (at == step ? "" : at < step ? "−" + (step - at) : "+" + (at - step)) + "⟩", false);
    }

    /** Steps as they are counted, from 1. */
    static TextForm absolute() {
        return new TextForm(at -> "⟨" + (at + 1) + "⟩", true);
    }

    String of(Term term) {
        return of(term, SUM);
    }

    String of(Symbol symbol) {
        return symbol.step() == Term.NO_STEP ? symbol.name() : symbol.name() + index.apply(symbol.step());
    }

    private String of(Term term, int strength) {
        if (term instanceof Symbol symbol) {
            return of(symbol);
        }
        if (term instanceof Number number) {
            return number.value() < 0 && strength > SUM ? "(" + number(number.value()) + ")" : number(number.value());
        }
        if (term instanceof View view) {
            return of(view.of(), strength);
        }
        if (term instanceof Sum sum) {
            return sum(sum, strength);
        }
        if (term instanceof Product product) {
            return product(product, strength);
        }
        if (term instanceof Matmul m) {
            String text = of(m.left(), m.ta() ? ATOM : MATMUL) + (m.ta() ? "ᵀ" : "") + "·" + of(m.right(), ATOM) + (m.tb() ? "ᵀ" : "");
            return within(text, MATMUL, strength);
        }
        if (term instanceof Total total) {
            return within("Σ" + axes(total) + " " + of(total.of(), PRODUCT), PRODUCT, strength);
        }
        if (term instanceof Permuted permuted) {
            return isMatrixTranspose(permuted)
                    ? of(permuted.of(), ATOM) + "ᵀ"
                    : "permute(" + of(permuted.of(), SUM) + ", " + permuted.order() + ")";
        }
        if (term instanceof Pile pile) {
            return "[" + pile.pieces().values().stream().map(piece -> of(piece, SUM)).collect(Collectors.joining("; ")) + "]";
        }
        return call((Call) term, strength);
    }

    private static boolean isMatrixTranspose(Permuted permuted) {
        int rank = permuted.order().size();
        return rank == 2;
    }

    private String sum(Sum sum, int strength) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Boolean> each : terms(sum).entrySet()) {
            boolean negative = each.getValue();
            text.append(text.length() == 0 ? negative ? "−" : "" : negative ? " − " : " + ").append(each.getKey());
        }
        return within(text.toString(), SUM, strength);
    }

    /** The terms in their order, and whether each is subtracted; terms that repeat over steps once, with a sign of summation. */
    private Map<String, Boolean> terms(Sum sum) {
        Map<String, Boolean> all = new LinkedHashMap<>();
        Map<String, TreeSet<Integer>> over = new LinkedHashMap<>();
        for (Term term : sum.terms()) {
            boolean negative = Terms.isNegative(term);
            Term positive = negative ? Terms.product(-1, List.of(term), term.shape()) : term;
            int last = folds ? StepSymbols.last(positive) : Term.NO_STEP;
            if (last == Term.NO_STEP) {
                all.put(of(positive, PRODUCT), negative);
            } else {
                String text = relativeTo(last).of(positive, PRODUCT);
                all.put(text, negative);
                over.computeIfAbsent(text, key -> new TreeSet<>()).add(last);
            }
        }
        Map<String, Boolean> folded = new LinkedHashMap<>();
        int longest = over.values().stream().mapToInt(TreeSet::size).max().orElse(0);
        all.forEach((text, negative) -> folded.put(
                over.containsKey(text) ? overSteps(text, over.get(text), longest) : text, negative));
        return folded;
    }

    private static String overSteps(String text, TreeSet<Integer> steps, int longest) {
        boolean contiguous = steps.last() - steps.first() == steps.size() - 1;
        if (!contiguous) {
            return "Σ_{t ∈ " + steps.stream().map(s -> s + 1).toList() + "} " + text;
        }
        return steps.size() >= longest - 1 ? "Σ_t " + text : "Σ_{t=" + (steps.first() + 1) + "…" + (steps.last() + 1) + "} " + text;
    }

    private String product(Product product, int strength) {
        String factors = product.factors().stream()
                .map(factor -> of(factor, MATMUL + 1))
                .collect(Collectors.joining(" ⊙ "));
        double number = product.factor();
        String text = number == 1 ? factors : number == -1 ? "−" + factors : number(number) + "·" + factors;
        boolean simple = number == 1 && product.factors().size() == 1;
        return within(text, simple ? ATOM : number < 0 ? SUM : PRODUCT, strength);
    }

    private String call(Call call, int strength) {
        List<Term> in = call.operands();
        switch (call.op()) {
            case "square":
                return of(in.get(0), ATOM) + "²";
            case "sigmoid":
                return "σ(" + of(in.get(0), SUM) + ")";
            case "div":
                return within(of(in.get(0), MATMUL) + " / " + of(in.get(1), ATOM), PRODUCT, strength);
            case "broadcastTo":
                return of(in.get(0), strength);
            default:
                String operands = in.stream().map(each -> of(each, SUM)).collect(Collectors.joining(", "));
                String attributes = call.attributes().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(each -> ", " + each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining());
                return call.op() + "(" + operands + attributes + ")";
        }
    }

    /** Σ over samples is written Σ_m. */
    private static String axes(Total total) {
        boolean samples = total.axes().equals(List.of(0)) && total.of().shape().rank() == 2;
        boolean all = total.axes().size() == total.of().shape().rank();
        return samples ? "_m" : all ? "" : "_" + total.axes().toString();
    }

    private static String within(String text, int own, int strength) {
        return own < strength ? "(" + text + ")" : text;
    }

    private static String number(double value) {
        String text = value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
        return text.replace('-', '−');
    }
}

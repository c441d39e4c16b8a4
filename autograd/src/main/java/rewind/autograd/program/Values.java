package rewind.autograd.program;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import rewind.autograd.Trace;
import rewind.autograd.algebra.Selecting;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Terms;

/** The values of a program as terms, by their positions; those of skipped steps follow from the steps beside them. */
final class Values {
    private final Skipped skipped;
    private final Term[] all;
    private final Constants constants;
    /** Whether sums that go on from step to step met skipped steps at their ends. */
    private boolean inOrder = true;

    Values(Trace trace, Skipped skipped) {
        this.skipped = skipped;
        this.constants = new Constants(skipped);
        this.all = new Term[trace.size()];
    }

    Constants constants() {
        return constants;
    }

    Term at(int position) {
        return all[position];
    }

    void set(int position, Term value) {
        all[position] = value;
    }

    /** Whether values of two steps are the same but for the step. */
    boolean areAlike(int step, int other) {
        return inOrder
                && skipped.pairs(step, other).entrySet().stream().allMatch(pair -> {
                    Term one = all[pair.getKey()];
                    Term next = all[pair.getValue()];
                    return (one == null || next == null) ? one == next : Term.areAlike(one, next, other - step);
                });
    }

    // ---- operands ----

    private record Operand(Trace.Recorded of, int index, int from) {
        static void push(Trace.Recorded of, Deque<Operand> to) {
            for (int i = 0; i < of.from().size(); i++) {
                to.push(new Operand(of, i, of.from().get(i)));
            }
        }
    }

    /** The operands of an operation; of a sum the terms of those inside it, so that one of T terms is not taken apart T times. */
    List<Term> operands(Trace.Recorded each, Uses uses) {
        Deque<Operand> open = new ArrayDeque<>();
        Operand.push(each, open);
        Deque<Term> terms = new ArrayDeque<>();
        while (!open.isEmpty()) {
            Operand last = open.pop();
            Trace.Recorded inner = uses.innerSum(last.from());
            if (inner != null && skipped.isSkipped(last.from())) {
                boolean goesOn = skippedSum(inner, skipped.step(last.from()), uses, terms);
                if (goesOn) {
                    Operand.push(inner, open);
                }
            } else if (inner != null) {
                Operand.push(inner, open);
            } else {
                terms.push(value(last));
            }
        }
        return each.isElementwise() ? inSteps(each, List.copyOf(terms)) : List.copyOf(terms);
    }

    /** Where a sequence meets a constant element by element, as it meets a mask, that falls into steps as well. */
    private List<Term> inSteps(Trace.Recorded each, List<Term> terms) {
        int steps = terms.stream().mapToInt(Values::stepAxisFromEnd).max().orElse(0);
        if (steps == 0 || terms.size() != each.from().size()) {
            return terms;
        }
        List<Term> all = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            Term term = terms.get(i);
            boolean meets = each.from().get(i) < 0
                    && term instanceof Term.Symbol symbol
                    && symbol.step() == Term.NO_STEP
                    && symbol.shape().rank() >= steps
                    && symbol.shape().size(-steps) > 1;
            all.add(meets ? constants.inSteps(each.inputs().get(i), term.shape().rank() - steps) : term);
        }
        return all;
    }

    private static int stepAxisFromEnd(Term term) {
        int axis = term instanceof Term.Symbol symbol
                        && symbol.parts() != null
                        && symbol.parts().areSteps()
                ? symbol.parts().axis()
                : Selecting.stepAxis(term);
        return axis < 0 ? 0 : term.shape().rank() - axis;
    }

    /** The term of an operand. */
    private Term value(Operand operand) {
        int from = operand.from();
        if (from < 0) {
            return constants.of(operand.of(), operand.index());
        }
        if (!skipped.isSkipped(from)) {
            return all[from];
        }
        int edge = skipped.edge(from);
        return all[edge].moved(skipped.step(from) - skipped.step(edge));
    }

    /**
     * Adds the terms of a sum of a skipped step, which is inside another; where that goes on with the sum of the step before, those of all
     * skipped steps, as sums over these.
     *
     * @param like the sum of a step that is read
     * @return whether it goes on with that
     */
    private boolean skippedSum(Trace.Recorded like, int step, Uses uses, Deque<Term> to) {
        List<Term> terms = new ArrayList<>();
        boolean goesOn = false;
        Deque<Operand> open = new ArrayDeque<>();
        Operand.push(like, open);
        while (!open.isEmpty()) {
            Operand operand = open.pop();
            Trace.Recorded inner = uses.innerSum(operand.from());
            if (inner == null) {
                terms.add(value(operand));
            } else if (skipped.areSamePlace(inner, like)) {
                goesOn = true;
            } else {
                Operand.push(inner, open);
            }
        }
        int own = skipped.step(like.position());
        List<Integer> steps = skipped.together(step);
        int first = steps.get(0);
        inOrder &= !goesOn || step == (own < first ? steps.get(steps.size() - 1) : first);
        for (Term term : terms) {
            to.push(goesOn ? Terms.overSteps(term.moved(first - own), first, steps) : term.moved(step - own));
        }
        return goesOn;
    }
}

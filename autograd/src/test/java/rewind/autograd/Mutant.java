package rewind.autograd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.reverse.Entry;

/**
 * A wrong rule, to see whether the tests notice it. It is planted into what a function has recorded, so that the library itself knows
 * nothing of mutants and pays nothing for them.
 *
 * @param op the name of the operation
 * @param argument for which of its operands the rule is wrong
 * @param occurrence at which of the function's calls of the operation, from 0; {@link #EVERYWHERE} at all
 */
public record Mutant(String op, int argument, Mistake mistake, int occurrence) {
    /** At all calls of the operation. */
    public static final int EVERYWHERE = -1;

    /** A mutant of all calls of an operation. */
    public Mutant(String op, int argument, Mistake mistake) {
        this(op, argument, mistake, EVERYWHERE);
    }

    @Override
    public String toString() {
        return op + " " + argument + " " + mistake + (occurrence == EVERYWHERE ? "" : " at call " + occurrence);
    }

    /** The function, recorded with the wrong rule. */
    public Function<List<Tensor>, Tensor> in(Function<List<Tensor>, Tensor> f) {
        return in -> {
            Tensor y = f.apply(in);
            plant(in, y);
            return y;
        };
    }

    private void plant(List<Tensor> in, Tensor y) {
        int call = 0;
        for (Entry<Tensor> entry : recorded(in, y)) {
            if (entry.name().equals(op)) {
                if ((occurrence == EVERYWHERE || occurrence == call) && isPossible(entry, argument, mistake)) {
                    entry.pullbacks()[argument] = mistake.change(entry.pullbacks()[argument], entry, argument);
                }
                call++;
            }
        }
    }

    /** All mutants of a function that make a mistake somewhere, each of all calls of an operation. */
    public static List<Mutant> all(Function<List<Tensor>, Tensor> f, List<Tensor> at) {
        return all(f, at, mistake -> true, false);
    }

    /** All mutants that drop the rule of an operand at one call of an operation only: at one step of an unrolled layer. */
    public static List<Mutant> ofDroppedSteps(Function<List<Tensor>, Tensor> f, List<Tensor> at) {
        return all(f, at, mistake -> mistake == Mistake.NO_RULE, true);
    }

    private static List<Mutant> all(
            Function<List<Tensor>, Tensor> f, List<Tensor> at, Predicate<Mistake> some, boolean single) {
        Tape tape = new Tape();
        List<Tensor> watched = at.stream().map(tape::watch).toList();
        List<Entry<Tensor>> entries = recorded(watched, f.apply(watched));
        List<Mutant> mutants = new ArrayList<>();
        for (Entry<Tensor> entry : entries) {
            int call = (int) entries.subList(0, entries.indexOf(entry)).stream()
                    .filter(each -> each.name().equals(entry.name()))
                    .count();
            for (int input = 0; input < entry.arity(); input++) {
                for (Mistake mistake : Mistake.values()) {
                    Mutant mutant = new Mutant(entry.name(), input, mistake, single ? call : EVERYWHERE);
                    if (some.test(mistake) && isPossible(entry, input, mistake) && !mutants.contains(mutant)) {
                        mutants.add(mutant);
                    }
                }
            }
        }
        return mutants;
    }

    private static boolean isPossible(Entry<Tensor> entry, int input, Mistake mistake) {
        return input < entry.arity()
                && entry.operand(input) != null
                && entry.pullbacks()[input] != null
                && TensorSpace.of(entry).shape().size() > 0
                && TensorSpace.of(entry.operand(input)).shape().size() > 0
                && mistake.fits(entry, input);
    }

    /** The operations that lead from the inputs to y, in their order; of one on several tapes a single entry. */
    private static List<Entry<Tensor>> recorded(List<Tensor> in, Tensor y) {
        Set<UnaryOperator<Tensor>[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Entry<Tensor>> found = new ArrayList<>();
        List<Entry<Tensor>> next = new ArrayList<>();
        y.places.forEach(next::add);
        while (!next.isEmpty()) {
            Entry<Tensor> entry = next.remove(next.size() - 1);
            if (!entry.isVariable() && !isInput(entry, in) && seen.add(entry.pullbacks())) {
                found.add(entry);
                for (int i = 0; i < entry.arity(); i++) {
                    if (entry.operand(i) != null) {
                        next.add(entry.operand(i));
                    }
                }
            }
        }
        found.sort(Comparator.comparingInt(entry -> entry.index()));
        return found;
    }

    private static boolean isInput(Entry<Tensor> entry, List<Tensor> in) {
        return in.stream().anyMatch(x -> {
            Entry<Tensor> same = x.places.in(entry.recording());
            return same != null && same.index() == entry.index();
        });
    }
}

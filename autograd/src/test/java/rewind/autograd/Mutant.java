package rewind.autograd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

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
        for (Node node : recorded(in, y)) {
            if (node.op.equals(op)) {
                if ((occurrence == EVERYWHERE || occurrence == call) && isPossible(node, argument, mistake)) {
                    node.pullbacks[argument] = mistake.change(node.pullbacks[argument], node, argument);
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
        List<Node> nodes = recorded(watched, f.apply(watched));
        List<Mutant> mutants = new ArrayList<>();
        for (Node node : nodes) {
            int call = (int) nodes.subList(0, nodes.indexOf(node)).stream()
                    .filter(each -> each.op.equals(node.op))
                    .count();
            for (int input = 0; input < node.inputs.length; input++) {
                for (Mistake mistake : Mistake.values()) {
                    Mutant mutant = new Mutant(node.op, input, mistake, single ? call : EVERYWHERE);
                    if (some.test(mistake) && isPossible(node, input, mistake) && !mutants.contains(mutant)) {
                        mutants.add(mutant);
                    }
                }
            }
        }
        return mutants;
    }

    private static boolean isPossible(Node node, int input, Mistake mistake) {
        return input < node.inputs.length
                && node.inputs[input] != null
                && node.pullbacks[input] != null
                && node.shape.size() > 0
                && node.inputs[input].shape.size() > 0
                && mistake.fits(node, input);
    }

    /** The operations that lead from the inputs to y, in their order; of one on several tapes a single node. */
    private static List<Node> recorded(List<Tensor> in, Tensor y) {
        Set<Pullback[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Node> found = new ArrayList<>();
        List<Node> next = new ArrayList<>();
        for (Node node = y.node; node != null; node = node.also) {
            next.add(node);
        }
        while (!next.isEmpty()) {
            Node node = next.remove(next.size() - 1);
            if (!node.watched() && !isInput(node, in) && seen.add(node.pullbacks)) {
                found.add(node);
                for (Node input : node.inputs) {
                    if (input != null) {
                        next.add(input);
                    }
                }
            }
        }
        found.sort(Comparator.comparingInt(node -> node.index));
        return found;
    }

    private static boolean isInput(Node node, List<Tensor> in) {
        return in.stream().anyMatch(x -> {
            Node same = Node.on(node.tape, x.node);
            return same != null && same.index == node.index;
        });
    }
}

package rewind.autograd.buffer;

import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the arrays of a script hold, action by action, as they serve again and again: each content has a number, and is known to follow
 * from the inputs or is not.
 */
final class Contents {
    private final List<Taking> takings;
    private final Map<Object, Integer> numbers = new IdentityHashMap<>();
    private final Set<Integer> known = new HashSet<>();
    private int taken;
    private int others;

    /** An array that holds something new from a number of actions on. */
    record Taking(Object array, int at) {}

    Contents(List<Taking> takings) {
        this.takings = takings;
    }

    /** Goes on to an action. */
    void before(int action) {
        for (; taken < takings.size() && takings.get(taken).at <= action; taken++) {
            numbers.put(takings.get(taken).array, taken);
        }
    }

    /** The number of a taking, or a negative one in the order in which other arrays are met. */
    int of(Buffer buffer) {
        return numbers.computeIfAbsent(buffer.data, array -> --others);
    }

    private void know(Collection<Buffer> inputs) {
        inputs.forEach(each -> known.add(of(each)));
    }

    /** What differs between two scripts; or null. See {@link Script#difference}. */
    static String difference(
            List<Action> actions,
            Contents here,
            List<Action> otherActions,
            Contents there,
            List<List<Buffer>> own,
            List<List<Buffer>> others) {
        here.know(own.get(0));
        there.know(others.get(0));
        for (int i = 0; i < Math.min(actions.size(), otherActions.size()); i++) {
            here.before(i);
            there.before(i);
            Action a = actions.get(i);
            Action b = otherActions.get(i);
            if (!a.name().equals(b.name()) || !a.attributes().equals(b.attributes())) {
                return "the operation " + a + " is " + b;
            }
            String differing = here.difference(a, there, b);
            if (differing != null) {
                return differing + " of the operation " + a + " differs";
            }
        }
        here.before(actions.size());
        there.before(otherActions.size());
        return actions.size() == otherActions.size()
                ? here.differenceOfResults(own.get(1), there, others.get(1))
                : "the number of operations differs";
    }

    /** Whether elements come from the same action, or are the same constants. */
    private boolean isSame(Buffer a, Contents there, Buffer b) {
        int mine = of(a);
        int its = there.of(b);
        boolean constant = !known.contains(mine) && !there.known.contains(its);
        return constant ? a.sameBits(b) : mine == its && a.offset == b.offset;
    }

    private String differenceOfResults(List<Buffer> results, Contents there, List<Buffer> others) {
        if (results.size() != others.size()) {
            return "the number of results differs";
        }
        for (int i = 0; i < results.size(); i++) {
            if (!results.get(i).sameSizes(others.get(i)) || !isSame(results.get(i), there, others.get(i))) {
                return "result " + (i + 1) + " is another one";
            }
        }
        return null;
    }

    private String difference(Action a, Contents there, Action b) {
        if (a.in().length != b.in().length || !a.out().sameSizes(b.out())) {
            return "the shape";
        }
        for (int i = 0; i < a.in().length; i++) {
            if (!a.in()[i].sameSizes(b.in()[i])) {
                return "the shape of operand " + (i + 1);
            }
            if (!isSame(a.in()[i], there, b.in()[i])) {
                return "operand " + (i + 1);
            }
        }
        int mine = of(a.out());
        int its = there.of(b.out());
        known.add(mine);
        there.known.add(its);
        return mine == its && a.out().offset == b.out().offset ? null : "the place of the result";
    }
}

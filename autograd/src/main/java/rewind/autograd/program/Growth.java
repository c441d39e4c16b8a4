package rewind.autograd.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import rewind.autograd.buffer.Selection;

/** How the attributes of an operation differ from those of the step before, where these are places: indices, and starts of parts. */
final class Growth {
    private Growth() {}

    /** The differences of places in attributes; null if others differ. */
    static List<Integer> of(Map<String, Object> one, Map<String, Object> other) {
        if (!one.keySet().equals(other.keySet())) {
            return null;
        }
        List<Integer> growth = new ArrayList<>();
        for (String name : one.keySet()) {
            if (!add(one.get(name), other.get(name), growth)) {
                return null;
            }
        }
        return growth;
    }

    private static boolean add(Object one, Object other, List<Integer> growth) {
        if (one.equals(other)) {
            return growth.add(0);
        }
        if (one instanceof Integer index && other instanceof Integer before) {
            return growth.add(index - before);
        }
        if (one instanceof Selection.Range range && other instanceof Selection.Range before) {
            return growth.add(range.start() - before.start());
        }
        if (one instanceof Selection.Block block && other instanceof Selection.Block before) {
            return Arrays.equals(block.steps(), before.steps())
                    && Arrays.equals(block.part(), before.part())
                    && growth.add(block.first() - before.first());
        }
        if (one instanceof List<?> all && other instanceof List<?> before && all.size() == before.size()) {
            Iterator<?> next = before.iterator();
            return all.stream().allMatch(each -> add(each, next.next(), growth));
        }
        return false;
    }
}

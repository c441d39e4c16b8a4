package rewind.autograd.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import rewind.autograd.Trace;
import rewind.autograd.Trace.Recorded;

/**
 * Which operations of a trace come from the same place in the code, and in which step of an unrolled loop they are: that of the mark
 * they have, or how often the place was passed before; of an operation before the loop the step in which alone its value is used.
 */
final class Unrolling {
    private final Map<String, List<Recorded>> places = new LinkedHashMap<>();
    private final Map<Integer, Set<String>> users = new HashMap<>();

    Unrolling(Trace trace) {
        for (Recorded op : trace.operations()) {
            places.computeIfAbsent(place(op), key -> new ArrayList<>()).add(op);
            for (int from : op.from()) {
                users.computeIfAbsent(from, key -> new LinkedHashSet<>()).add(marked(op));
            }
        }
    }

    private static String place(Recorded op) {
        return op.loop() + '|' + op.op() + '|' + op.call();
    }

    private static String marked(Recorded op) {
        return op.step() < 0 ? "" : "step " + op.step() + (op.loop().isEmpty() ? "" : " of " + op.loop());
    }

    /** The operations by place, each place's in order. */
    List<List<Recorded>> places() {
        return new ArrayList<>(places.values());
    }

    /** Those of the same place. */
    List<Recorded> same(Recorded op) {
        return places.get(place(op));
    }

    /** The step as messages have it; empty if there is none. */
    String step(Recorded op) {
        Set<String> using = users.getOrDefault(op.position(), Set.of());
        if (op.step() >= 0) {
            return marked(op);
        }
        if (using.size() == 1 && !using.contains("")) {
            return using.stream().collect(Collectors.joining());
        }
        List<Recorded> turns = same(op);
        return turns.size() > 1 ? "step " + turns.indexOf(op) : "";
    }
}

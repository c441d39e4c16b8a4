package rewind.autograd.program;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.Trace;
import rewind.autograd.Trace.Recorded;
import rewind.autograd.require.Check;

/** What a reverse sweep needs of the forward pass, read from the recorded sweep. */
final class Kept {
    private Kept() {}

    /** The bytes of values that the sweep of a program uses, by their position; one that is the same in another shape counts once. */
    static Map<Integer, Long> of(Program program) {
        List<Recorded> forward = program.trace().operations();
        Map<Integer, Long> kept = new HashMap<>();
        if (program.trace().positions().stream().allMatch(position -> position < 0)) {
            return kept;
        }
        Trace sweep = program.adjoint().trace();
        List<Recorded> all = sweep.operations();
        Map<Integer, Integer> places =
                new HashMap<>(); // of forward operations, by their position in the sweep's program
        for (int i = 0; i < forward.size(); i++) {
            Recorded again = all.get(i);
            Check.that(
                    again.op().equals(forward.get(i).op()),
                    "program: the function must do the same when it is differentiated, got %s instead of %s at %s",
                    again.op(),
                    forward.get(i).op(),
                    again.site());
            places.put(again.position(), i);
        }
        Set<Integer> needed = new HashSet<>(sweep.positions());
        for (int i = all.size() - 1; i >= forward.size(); i--) {
            if (!needed.contains(all.get(i).position())) {
                continue;
            }
            for (int from : all.get(i).from()) {
                needed.add(from);
                Integer place = places.get(from);
                while (place != null && Cost.isView(all.get(place))) {
                    place = places.get(all.get(place).from().get(0));
                }
                if (place != null) {
                    kept.put(forward.get(place).position(), Cost.bytesWritten(forward.get(place)));
                }
            }
        }
        return kept;
    }
}

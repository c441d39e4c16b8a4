package rewind.nn;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;

/**
 * The names under which tensors are stored that training leaves alone. Immutable.
 *
 * @param always those that are so in any case
 */
record FrozenParameters(Set<String> names, Set<String> always) {
    /** Those alone that are so in any case. */
    static FrozenParameters of(Set<String> always) {
        return new FrozenParameters(Set.of(), always).with(always);
    }

    FrozenParameters with(Collection<String> more) {
        Set<String> all = new TreeSet<>(names);
        all.addAll(more);
        return new FrozenParameters(Collections.unmodifiableSet(all), always);
    }

    FrozenParameters without(Collection<String> fewer) {
        Set<String> rest = new TreeSet<>(names);
        rest.removeAll(fewer);
        rest.addAll(always);
        return new FrozenParameters(Collections.unmodifiableSet(rest), always);
    }

    /** The given names, each one under which a tensor is stored. */
    static List<String> stored(Parameters parameters, List<String> names) {
        for (String name : names) {
            Check.that(
                    parameters.stored().contains(name),
                    "model: there must be parameters %s among %s",
                    name,
                    parameters.stored());
        }
        return names;
    }

    /** The stored names that are the given one, or lie under it. */
    static List<String> under(Parameters parameters, String name) {
        List<String> found = parameters.stored().stream()
                .filter(stored -> stored.equals(name) || stored.startsWith(name + "/"))
                .toList();
        if (found.isEmpty() && parameters.names().contains(name)) {
            throw Check.failure(
                    "model: %s is a block of a stack, which can only be frozen as a whole; use %s",
                    name, parameters.storedAs(name));
        }
        Check.that(!found.isEmpty(), "model: there must be parameters %s among %s", name, parameters.stored());
        return found;
    }
}

package rewind.autograd.check;

import static rewind.autograd.check.Setup.require;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;

/**
 * The named values of a function for which there is a derivation of the adjoints, the last one first. An adjoint is the gradient with
 * respect to zeros that are added to the value.
 */
record Adjoints(
        Function<List<Tensor>, Tensor> f,
        List<Tensor> inputs,
        Map<Trace.Name, Tensor> values,
        List<Trace.Name> names,
        BiFunction<List<Tensor>, Tensor, Map<Trace.Name, Tensor>> derived) {
    static Adjoints of(
            String function,
            Function<List<Tensor>, Tensor> f,
            List<Tensor> inputs,
            BiFunction<List<Tensor>, Tensor, Map<Trace.Name, Tensor>> derived) {
        Trace trace = Trace.of(f, inputs);
        Tensor y = trace.result();
        Map<Trace.Name, Tensor> given = derived.apply(inputs, Tensor.full(y.dtype(), 1, y.shape()));
        require(given != null && !given.isEmpty(), "the derivation of %s must give adjoints, got %s", function, given);
        Set<Trace.Name> known = trace.named().keySet();
        for (Trace.Name name : given.keySet()) {
            require(known.contains(name), "%s must have a value %s, has %s", function, name, known);
        }
        List<Trace.Name> names = new ArrayList<>(known);
        names.retainAll(given.keySet());
        Collections.reverse(names);
        return new Adjoints(f, inputs, trace.named(), names, derived);
    }

    /** What reports call them: without a step where there is only one. */
    List<String> labels() {
        return names.stream().map(this::label).toList();
    }

    private String label(Trace.Name name) {
        long same = values.keySet().stream()
                .filter(each -> each.name().equals(name.name()))
                .count();
        return same == 1 ? name.name() : name.toString();
    }

    List<Tensor> zeros() {
        return names.stream()
                .map(values::get)
                .map(value -> Tensor.zeros(value.dtype(), value.shape()))
                .toList();
    }

    /** f as a function of what is added to the named values. */
    Tensor shifted(List<Tensor> shifts) {
        Map<Trace.Name, Tensor> byName = new LinkedHashMap<>();
        IntStream.range(0, names.size()).forEach(i -> byName.put(names.get(i), shifts.get(i)));
        return Trace.shifted(f, inputs, byName).result();
    }

    Derivation derivation() {
        return Derivation.ofPullback((shifts, dy) -> {
            Map<Trace.Name, Tensor> adjoints = derived.apply(inputs, dy);
            return new ArrayList<>(names.stream().map(adjoints::get).toList());
        });
    }
}

package rewind.autograd.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.program.Equations;
import rewind.autograd.program.Program;

/** The equations by which reverse mode and a derivation come to a gradient, for the report of a check that found them to differ. */
final class Grounds {
    private final Function<List<Tensor>, Tensor> f;
    private final List<Tensor> inputs;
    private final List<String> names;

    /** @param names what the inputs are called; empty if they have numbers only */
    Grounds(Function<List<Tensor>, Tensor> f, List<Tensor> inputs, List<String> names) {
        this.f = f;
        this.inputs = inputs;
        this.names = names.isEmpty()
                ? IntStream.range(0, inputs.size()).mapToObj(i -> "x" + i).toList()
                : names;
    }

    /** Those of the gradient of an input. */
    List<String> ofInput(int input, BiFunction<List<Tensor>, Tensor, List<Tensor>> derivation) {
        String gradient = "d" + names.get(input);
        return beside(
                written(() -> program().adjoint(), all -> all.of(gradient)),
                written(() -> byHand(derivation), all -> all.of(gradient)));
    }

    /** Those of the adjoint of a named value. */
    List<String> ofAdjoint(Trace.Name value, BiFunction<List<Tensor>, Tensor, Map<Trace.Name, Tensor>> derivation) {
        BiFunction<List<Tensor>, Tensor, List<Tensor>> named = (in, dy) -> {
            List<Tensor> all = new ArrayList<>();
            Map<Trace.Name, Tensor> adjoints = derivation.apply(in, dy);
            adjoints.forEach(
                    (name, adjoint) -> all.add(named(name, adjoint, adjoints).sum()));
            return List.of(Tensor.stack(0, all).sum());
        };
        return beside(
                written(() -> program().adjoint(), all -> all.ofAdjoint(value)),
                written(() -> byHand(named), all -> all.ofAdjoint(value)));
    }

    /** An adjoint by the name that a sweep gives it. */
    private static Tensor named(Trace.Name name, Tensor adjoint, Map<Trace.Name, Tensor> all) {
        long same = all.keySet().stream()
                .filter(each -> each.name().equals(name.name()))
                .count();
        int at = name.name().lastIndexOf('/') + 1;
        adjoint.atStep(name.name().substring(0, Math.max(0, at - 1)), same == 1 ? -1 : name.step());
        return adjoint.named("d" + name.name().substring(at));
    }

    private Program program() {
        return Program.of(f, inputs.toArray(new Tensor[0])).inputs(names.toArray(new String[0]));
    }

    private Program byHand(BiFunction<List<Tensor>, Tensor, List<Tensor>> derivation) {
        return program().adjoint((in, dy) -> derivation.apply(in, dy.get(0)));
    }

    private static List<String> beside(List<String> reverse, List<String> derived) {
        List<String> lines = new ArrayList<>();
        add(Examination.REVERSE + ": ", reverse, lines);
        add(Examination.DERIVATION + ":   ", derived, lines);
        return lines;
    }

    private static void add(String label, List<String> equations, List<String> to) {
        String before = label;
        for (String each : equations) {
            to.add(before + each);
            before = " ".repeat(label.length());
        }
    }

    /** Lines of equations; none where a function cannot be written down, as it reads numbers, say: the report goes without them. */
    private static List<String> written(Supplier<Program> program, Function<Equations, List<String>> lines) {
        try {
            return lines.apply(program.get().equations());
        } catch (RuntimeException e) {
            return List.of(); // a derivation may do with its inputs what it likes
        }
    }
}

package rewind.nn.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.autograd.require.Check;

/** Computations with parameters: programs of inputs of their own, then the parameters as they are stored. */
final class ParametricProgram {
    private ParametricProgram() {}

    /** A layer: from a batch x to the output A. */
    static Program of(BuiltLayer built, Parameters parameters, int samples) {
        Check.that(samples > 0, "model: a program needs at least one sample, got %s", samples);
        Tensor x = Tensor.zeros(built.dtype(), Shape.of(Samples.batch(samples, built.input())));
        Program program = of(
                Map.of("x", x),
                parameters,
                (in, given) -> List.of(built.output(given, in.get(0), Pass.inference())),
                List.of("A"));
        boolean ofIds = built.applied().get(0).output().rank() > built.input().rank();
        return built.input().rank() > 1 || ofIds ? program.sequence("x", 1) : program;
    }

    /** A step of a cell: from x and the state before, h⁻, to the state after it. */
    static <S> Program of(CellDefinition<S> cell, int inputs, int units, S before) {
        Tensor h = States.output(before);
        ParameterSource.Building source = ParameterSource.Building.drawingForShapes(new Well19937c(0), h.dtype());
        cell.define(Scope.of(source), inputs, units);
        List<String> names = States.names(before);
        Map<String, Tensor> in = new LinkedHashMap<>();
        in.put("x", Tensor.zeros(h.dtype(), Shape.of(h.size(0), inputs)));
        List<Tensor> states = States.tensors(before);
        for (int i = 0; i < names.size(); i++) {
            in.put(names.get(i) + "⁻", states.get(i));
        }
        return of(
                in,
                source.parameters(),
                (at, given) -> {
                    S state = States.of(before, at.subList(1, at.size()));
                    return States.tensors(
                            cell.define(Scope.of(given), inputs, units).step(at.get(0), state));
                },
                names);
    }

    private static Program of(
            Map<String, Tensor> in,
            Parameters parameters,
            BiFunction<List<Tensor>, Parameters, List<Tensor>> f,
            List<String> results) {
        List<String> stored = List.copyOf(parameters.stored());
        List<Tensor> examples = new ArrayList<>(in.values());
        examples.addAll(parameters.values());
        Map<String, String> words = words(stored, in);
        List<String> names =
                Stream.concat(in.keySet().stream(), words.values().stream()).toList();
        Program program = Program.ofSeveral(
                        all -> {
                            Parameters given = parameters;
                            for (int i = 0; i < stored.size(); i++) {
                                given = given.with(stored.get(i), all.get(in.size() + i));
                            }
                            return f.apply(all.subList(0, in.size()), given);
                        },
                        examples.toArray(new Tensor[0]))
                .inputs(names.toArray(new String[0]))
                .results(results.stream()
                        .map(name -> names.contains(name) ? name + "'" : name) // a parameter may be called so
                        .toArray(String[]::new));
        return parted(program, parameters, words);
    }

    /** What equations call parameters; names of other systems may have signs that equations need for themselves. */
    private static Map<String, String> words(List<String> stored, Map<String, Tensor> in) {
        Map<String, String> words = new LinkedHashMap<>();
        for (String name : stored) {
            String word = Arrays.stream(shortened(name, stored, in).split("/"))
                    .filter(part -> !part.isEmpty())
                    .map(part -> part.replaceAll("[^\\p{L}\\p{N}_'.-]+", "_"))
                    .map(part -> Character.isLetter(part.charAt(0)) ? part : "p" + part)
                    .collect(Collectors.joining("/"));
            String own = word;
            for (int i = 2; words.containsValue(own) || in.containsKey(own); i++) {
                own = word + "_" + i;
            }
            words.put(name, own);
        }
        return words;
    }

    /** Without the layer before it where no name is there twice. */
    private static String shortened(String name, List<String> stored, Map<String, Tensor> in) {
        String last = last(name);
        boolean single = stored.stream().filter(each -> last(each).equals(last)).count() == 1;
        return single && !in.containsKey(last) ? last : name;
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** With names for the parts of what is stored together. */
    private static Program parted(Program program, Parameters parameters, Map<String, String> words) {
        Program parted = program;
        Map<String, List<String>> blocks = new LinkedHashMap<>();
        parameters
                .names()
                .forEach(name -> blocks.computeIfAbsent(parameters.storedAs(name), key -> new ArrayList<>())
                        .add(name));
        for (Map.Entry<String, String> word : words.entrySet()) {
            List<String> parts = blocks.get(word.getKey());
            String name = word.getValue();
            String before = name.substring(0, name.length() - last(name).length());
            if (parts.size() > 1) {
                parted = parted.blocks(
                        name, parts.stream().map(part -> before + last(part)).toList());
            }
        }
        return parted;
    }
}

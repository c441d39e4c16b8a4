package rewind.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.nn.layer.Parameters;

/** A model as a computation of its input and its parameters. */
final class ModelProgram {
    private ModelProgram() {}

    static Program of(Model model, int samples) {
        Parameters parameters = model.parameters();
        List<String> stored = List.copyOf(parameters.stored());
        int[] sizes = IntStream.concat(
                        IntStream.of(samples), IntStream.of(model.input().toArray()))
                .toArray();
        Tensor x = Tensor.zeros(model.dtype(), Shape.of(sizes));
        List<Tensor> inputs = new ArrayList<>(List.of(x));
        inputs.addAll(parameters.values());
        List<String> names = names(stored);
        Program program = Program.of(
                        in -> {
                            Parameters given = parameters;
                            for (int i = 0; i < stored.size(); i++) {
                                given = given.with(stored.get(i), in.get(i + 1));
                            }
                            return model.forward(given, in.get(0));
                        },
                        inputs.toArray(new Tensor[0]))
                .inputs(names.toArray(new String[0]))
                .results(names.contains("A") ? "Y" : "A"); // a parameter may be called so
        return named(program, model, parameters, stored);
    }

    /** x, and the parameters: without the layer before them where no name is there twice. */
    private static List<String> names(List<String> stored) {
        return Stream.concat(Stream.of("x"), stored.stream().map(name -> shortened(name, stored)))
                .toList();
    }

    private static String shortened(String name, List<String> stored) {
        String last = last(name);
        return stored.stream().filter(each -> last(each).equals(last)).count() == 1 && !last.equals("x") ? last : name;
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static Program named(Program program, Model model, Parameters parameters, List<String> stored) {
        Program named = model.input().rank() > 1 ? program.sequence("x", 1) : program;
        Map<String, List<String>> blocks = new LinkedHashMap<>();
        parameters
                .names()
                .forEach(name -> blocks.computeIfAbsent(parameters.storedAs(name), key -> new ArrayList<>())
                        .add(name));
        for (String stack : stored) {
            List<String> parts = blocks.get(stack);
            String name = shortened(stack, stored);
            String before = name.substring(0, name.length() - last(name).length());
            if (parts.size() > 1) {
                named = named.blocks(
                        name, parts.stream().map(part -> before + last(part)).toList());
            }
        }
        return named;
    }
}

package rewind.nn.exchange;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * Finds out which module is which layer: as is said, else by the same name, else by names and shapes of tensors where these leave no
 * choice. Layers alike go in their order, if the modules' names differ in a number alone.
 */
final class Assignment {
    /** What layers are called that nobody gave a name. */
    private static final Pattern KINDS = Pattern.compile(
            "(dense|tiedDense|embedding|positionalEmbedding|(layer|batch|rms)Normalization|conv[0-9]+d|attention|residual|rnn|gru|lstm"
                    + "|recurrent)[0-9]*");

    private final WeightNames system;
    private final Map<String, Tensor> weights;
    private final List<ModelPart> parts;
    private final List<ForeignModule> modules;
    private final Map<ModelPart, ForeignModule> found = new LinkedHashMap<>();

    Assignment(WeightNames system, Map<String, Tensor> weights, List<ModelPart> parts) {
        this.system = system;
        this.weights = weights;
        this.parts = new ArrayList<>(parts);
        modules = new ArrayList<>(system.modules(weights.keySet()));
        modules.sort(ForeignModule.IN_ORDER);
    }

    /**
     * Returns the modules of layers.
     *
     * @param said the names of modules by the paths of layers
     * @param resembling whether a module may have other shapes, if it is the only one of its kind, so that this can be told
     */
    Map<ModelPart, ForeignModule> found(Map<String, String> said, boolean resembling) {
        for (ModelPart part : List.copyOf(parts)) {
            if (said.containsKey(part.path())) {
                assign(part, said(part, said.get(part.path())));
            }
        }
        bySameNames();
        List.copyOf(parts).forEach(this::byName);
        while (byShapes(true) || byShapes(false)) {
            continue; // each time there is less choice
        }
        for (ModelPart part : List.copyOf(parts)) {
            List<ForeignModule> choice = fitting(part, false);
            Check.that(
                    choice.isEmpty(),
                    "%s: the weights of %s could be those of %s%s; say which by module(\"%s\", …)",
                    system.system(),
                    String.join(
                            " or ",
                            parts.stream()
                                    .filter(each -> fitting(each, false).equals(choice))
                                    .map(ModelPart::title)
                                    .toList()),
                    titles(choice),
                    strange(),
                    part.path());
            List<ForeignModule> alike = modules.stream()
                    .filter(module -> part.resembles(module, weights))
                    .toList();
            if (resembling && alike.size() == 1) {
                assign(part, alike.get(0));
            }
        }
        return found;
    }

    /** The modules that are no layer's. */
    List<ForeignModule> rest() {
        return modules;
    }

    /** Tells the tensors of modules that no layer fits: one of another shape leaves too little choice for layers alike. */
    private String strange() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        modules.stream()
                .filter(module -> parts.stream().noneMatch(part -> part.fits(module, weights, false)))
                .forEach(module -> module.names()
                        .values()
                        .forEach(name -> shapes.put(name, weights.get(name).shape())));
        return shapes.isEmpty() ? "" : "; no layer has the shapes of " + shapes;
    }

    private void assign(ModelPart part, ForeignModule module) {
        found.put(part, module);
        parts.remove(part);
        modules.remove(module);
    }

    private ForeignModule said(ModelPart part, String name) {
        return modules.stream()
                .filter(module -> module.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Check.failure(
                        "%s: %s must be a module for the weights of %s, got %s",
                        system.system(), name, part.title(), titles(modules)));
    }

    private List<ForeignModule> fitting(ModelPart part, boolean all) {
        return modules.stream()
                .filter(module -> part.fits(module, weights, all))
                .toList();
    }

    /** Assigns all modules if each is called as a layer is, as {@link ModelWeights#tensors} does. */
    private void bySameNames() {
        Map<ModelPart, ForeignModule> same = new LinkedHashMap<>();
        for (ModelPart part : parts) {
            String path = part.path().replace("/", system.separator());
            fitting(part, false).stream()
                    .filter(module -> module.name().equals(path) && module.index() == 0)
                    .forEach(module -> same.put(part, module));
        }
        if (same.size() == parts.size() && same.size() == modules.size()) {
            same.forEach(this::assign);
        }
    }

    /** Assigns the module that is called as somebody called the layer; the names of kinds, and their numbers, mean nothing. */
    private void byName(ModelPart part) {
        String path = part.path().replace("/", system.separator());
        String last = path.substring(path.lastIndexOf(system.separator()) + 1);
        if (path.isEmpty() || KINDS.matcher(last).matches()) {
            return;
        }
        for (String name : new String[] {path, last}) {
            List<ForeignModule> same = fitting(part, false).stream()
                    .filter(module ->
                            module.name().equals(name) || module.name().endsWith(system.separator() + name))
                    .toList();
            if (same.stream().map(ForeignModule::name).distinct().count() == 1) {
                assign(part, same.get(0));
                return;
            }
        }
    }

    /** Assigns the modules of layers that have as many of them as they are. */
    private boolean byShapes(boolean all) {
        Map<List<ForeignModule>, List<ModelPart>> groups = new LinkedHashMap<>();
        parts.forEach(part -> groups.computeIfAbsent(fitting(part, all), key -> new ArrayList<>())
                .add(part));
        for (Map.Entry<List<ForeignModule>, List<ModelPart>> group : groups.entrySet()) {
            List<ForeignModule> choice = group.getKey();
            boolean ordered =
                    choice.stream().map(ForeignModule::stem).distinct().count() == 1;
            if (choice.size() == group.getValue().size() && ordered) {
                for (int i = 0; i < choice.size(); i++) {
                    assign(group.getValue().get(i), choice.get(i));
                }
                return true;
            }
        }
        return false;
    }

    private static List<String> titles(Collection<ForeignModule> modules) {
        return modules.stream()
                .map(module -> module.name() + (module.index() == 0 ? "" : " " + module.index()))
                .toList();
    }
}

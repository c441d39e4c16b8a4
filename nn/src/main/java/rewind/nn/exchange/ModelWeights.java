package rewind.nn.exchange;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.CanIgnoreReturnValue;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;
import rewind.nn.Model;
import rewind.nn.format.Npz;
import rewind.nn.format.Safetensors;
import rewind.nn.layer.Parameters;

/**
 * The weights of a whole model as PyTorch or Keras name and arrange them, from a checkpoint and to one. Immutable; every option returns a
 * new one.
 *
 * <pre>{@code
 * Model model = Sequential.of(
 *         embedding(1000, 64), lstm(128).sequences(true).bidirectional(), lstm(128).bidirectional(), dense(5))
 *         .build(Shape.of(steps), seed);
 * WeightReport report = ModelWeights.pytorch(model).load(Path.of("model.safetensors"));
 * }</pre>
 *
 * <p>Which module is which layer is found out by the name that a layer was given ({@code dense(5).named("head")}), else by the names and
 * shapes of its tensors. Layers alike get modules alike in their order, if these are layers of one stack or their names differ in a number
 * alone ({@code fc1}, {@code fc2}; {@code dense}, {@code dense_1}). Where a choice is left {@link #module} says which; the report tells what
 * was found.
 *
 * <p>The last output of both directions is here that of each, as in PyTorch's {@code h_n}; its {@code output[:, -1]} has of the backward
 * direction that of its first step.
 *
 * <p>Names are those of PyTorch's {@code state_dict} ({@code encoder.lstm.weight_ih_l0_reverse}; cells too), and of Keras's variables ({@code
 * bidirectional/forward_lstm/lstm_cell/kernel}, in version 2 with {@code :0}) or of places in its files of weights ({@code
 * layers/bidirectional/forward_layer/cell/vars/0}); arrays without names, {@code numpy.savez(file, *net.get_weights())}, are taken in
 * the order of the layers. How each layer is arranged, and what must be the same on both sides, is told by {@link
 * WeightLayout}. Parameters of layers and cells of one's own have the same names and shapes there.
 */
@CheckReturnValue
public final class ModelWeights {
    /** What {@code numpy.savez} calls arrays without names. */
    private static final Pattern NUMBER = Pattern.compile("arr_[0-9]+");

    /** So many names are enough to see what they look like. */
    private static final int TOLD = 5;

    private final Model model;
    private final WeightNames system;
    private final String prefix;
    private final Map<String, String> modules;
    private final boolean partial;
    private final Optional<Boolean> channelsFirst;

    private ModelWeights(
            Model model,
            WeightNames system,
            String prefix,
            Map<String, String> modules,
            boolean partial,
            Optional<Boolean> channelsFirst) {
        this.model = model;
        this.system = system;
        this.prefix = prefix;
        this.modules = modules;
        this.partial = partial;
        this.channelsFirst = channelsFirst;
    }

    /** Returns the weights of a model as those of {@code torch.nn.Module}s. */
    public static ModelWeights pytorch(Model model) {
        return new ModelWeights(model, new PytorchNames(), "", Map.of(), false, Optional.empty());
    }

    /** Returns the weights of a model as those of a model of Keras 3, or 2. */
    public static ModelWeights keras(Model model) {
        return new ModelWeights(model, new KerasNames(), "", Map.of(), false, Optional.empty());
    }

    /** Sets how all names begin, {@code encoder.} say; tensors with other names are not looked at. */
    public ModelWeights prefix(String prefix) {
        return new ModelWeights(model, system, prefix, modules, partial, channelsFirst);
    }

    /**
     * Says which module a layer is. Layers with the same module are its stack, in their order.
     *
     * @param layer the layer's path in the model, {@code lstm2} say
     * @param module the module's name after the {@link #prefix}, {@code encoder.lstm} say
     * @throws IllegalArgumentException if there is no layer with parameters there
     */
    public ModelWeights module(String layer, String module) {
        return modules(Map.of(layer, module));
    }

    /** As {@link #module} for several layers. */
    public ModelWeights modules(Map<String, String> byLayer) {
        List<String> paths = model.parameters().stored().stream()
                .map(name -> name.substring(0, name.lastIndexOf('/') + 1))
                .toList();
        byLayer.keySet()
                .forEach(layer -> Check.that(
                        layer.isEmpty() || paths.stream().anyMatch(path -> path.startsWith(layer + "/")),
                        "%s: %s must be a layer with parameters, of which there are %s",
                        system.system(),
                        layer,
                        paths.stream().distinct().toList()));
        Map<String, String> all = new LinkedHashMap<>(modules);
        all.putAll(byLayer);
        return new ModelWeights(model, system, prefix, all, partial, channelsFirst);
    }

    /** Sets whether layers may stay as they are, and tensors be left over; if not, the default, either is refused. */
    public ModelWeights partial(boolean on) {
        return new ModelWeights(model, system, prefix, modules, on, channelsFirst);
    }

    /**
     * Sets whether what flatten makes one axis has channels first there, (channels, …sizes), as convolutions and poolings of PyTorch give it;
     * otherwise last, as here. The layers after it have their weights in that order. If nothing is said the layers before flatten tell, and
     * where they do not, as a normalisation along another axis, a sum of both or a function of one's own may turn them, it must be said. In
     * Keras channels are last.
     *
     * @throws IllegalArgumentException if the other system is not PyTorch
     */
    public ModelWeights channelsFirst(boolean on) {
        Check.that(
                system instanceof PytorchNames, "%s: channels must be last there, got channelsFirst", system.system());
        return new ModelWeights(model, system, prefix, modules, partial, Optional.of(on));
    }

    // ---- from the other system ----

    /**
     * Sets the parameters of the model to the weights of a file: {@code .safetensors}, or {@code .npz}.
     *
     * <pre>{@code
     * safetensors.torch.save_file(net.state_dict(), "net.safetensors")             # PyTorch
     * numpy.savez("net.npz", **{w.path: w.numpy() for w in net.weights})           # Keras 3
     * }</pre>
     *
     * @return what was used, what is missing and what was left over
     * @throws rewind.nn.format.FormatException if the file is damaged
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException as {@link #load(Map)}, or if the file has another format
     */
    @CanIgnoreReturnValue
    public WeightReport load(Path file) throws IOException {
        return load(
                isNpz(file)
                        ? Npz.readNumeric(file)
                        : Safetensors.readNumeric(file).tensors());
    }

    /**
     * Sets the parameters of the model to the weights with these names: all, or if something does not fit, none.
     *
     * @return what was used, what is missing and what was left over
     * @throws IllegalArgumentException if tensors are missing, have other shapes or are left over, unless this may be {@link #partial};
     *     if several modules could be a layer; if no name begins with the prefix; or if the other system does not have such a layer
     */
    @CanIgnoreReturnValue
    public WeightReport load(Map<String, Tensor> weights) {
        Map<String, Tensor> own = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> {
            if (name.startsWith(prefix) && system.isWeight(name)) {
                own.put(name.substring(prefix.length()), tensor);
            }
        });
        Check.that(
                prefix.isEmpty() || !own.isEmpty(),
                "%s: names of tensors must begin with the prefix %s, got %s",
                system.system(),
                prefix,
                weights.keySet().stream().limit(TOLD).toList());
        List<ModelPart> parts = ModelPart.of(model, system, channelsFirst);
        if (!own.isEmpty()
                && own.keySet().stream().allMatch(name -> NUMBER.matcher(name).matches())) {
            return prefix("").load(named(own, parts));
        }
        Assignment assignment = new Assignment(system, own, parts);
        Map<ModelPart, ForeignModule> found = assignment.found(modules, !partial);
        Parameters changed = model.parameters();
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, List<String>> used = new LinkedHashMap<>();
        Map<String, Map<String, Shape>> missing = new LinkedHashMap<>();
        for (ModelPart part : parts) {
            ForeignModule module = found.get(part);
            if (module == null) {
                missing.put(part.title(), part.shapes());
            } else {
                changed = read(part, module, own, changed);
                names.put(part.path(), module.name());
                used.put(
                        part.title(),
                        module.names().values().stream().map(prefix::concat).toList());
            }
        }
        Map<String, Shape> leftOver = new LinkedHashMap<>();
        assignment
                .rest()
                .forEach(module -> module.names()
                        .values()
                        .forEach(name ->
                                leftOver.put(prefix + name, own.get(name).shape())));
        Check.that(
                partial || (missing.isEmpty() && leftOver.isEmpty()),
                "%s: every layer must have weights and every tensor a layer; missing: %s; left over: %s; see partial, prefix and module",
                system.system(),
                missing.isEmpty() ? "none" : missing,
                leftOver.isEmpty() ? "none" : leftOver);
        model.set(changed);
        return new WeightReport(
                system.system(),
                Collections.unmodifiableMap(names),
                Collections.unmodifiableMap(used),
                Collections.unmodifiableMap(missing),
                Collections.unmodifiableMap(leftOver));
    }

    /** Tensors that have numbers alone, which are the layers' one after the other, by their names. */
    private Map<String, Tensor> named(Map<String, Tensor> weights, List<ModelPart> parts) {
        Map<String, Tensor> own =
                new TreeMap<>(Comparator.comparing(String::length).thenComparing(name -> name));
        own.putAll(weights);
        Map<String, Tensor> named = new LinkedHashMap<>();
        Iterator<Tensor> next = own.values().iterator();
        for (ModelPart part : parts) {
            String module = modules.getOrDefault(part.path(), part.path().replace("/", system.separator()));
            for (String name : part.shapes().keySet()) {
                named.put(system.whole(module, 0, part.layer(), name), next.hasNext() ? next.next() : null);
            }
        }
        Check.that(
                named.size() == own.size(),
                "%s: for tensors with numbers alone there must be %s, those of the layers in their order, got %s",
                system.system(),
                named.size(),
                own.size());
        return named;
    }

    private Parameters read(ModelPart part, ForeignModule module, Map<String, Tensor> weights, Parameters model) {
        Map<String, String> whole = part.names(module);
        Map<String, Tensor> named = new LinkedHashMap<>();
        whole.forEach((name, each) -> named.put(name, weights.get(each)));
        ForeignTensors tensors = new ForeignTensors(
                system.system(),
                named,
                name -> prefix
                        + whole.getOrDefault(name, system.whole(module.name(), module.index(), part.layer(), name)));
        try {
            return part.tensors().read(tensors, model, part.prefix());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + "; it is for the layer " + part.title(), e);
        }
    }

    // ---- to the other system ----

    /**
     * Returns the model's parameters as the other system's tensors. Modules that nothing is {@link #module said} of have the names of
     * layers.
     *
     * @throws IllegalArgumentException if the other system does not have such a layer
     */
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, Integer> indices = new HashMap<>();
        for (ModelPart part : ModelPart.of(model, system, channelsFirst)) {
            String module = modules.getOrDefault(part.path(), part.path().replace("/", system.separator()));
            int index = indices.merge(module, 1, Integer::sum) - 1;
            part.tensors().write(model.parameters(), part.prefix(), false).forEach((name, tensor) -> {
                String whole = prefix + system.whole(module, index, part.layer(), name);
                Check.that(
                        tensors.put(whole, tensor) == null,
                        "%s: two layers must not have the tensor %s; give them different modules",
                        system.system(),
                        whole);
            });
        }
        return tensors;
    }

    /**
     * Writes the weights to a file, or replaces one: {@code .safetensors}, or {@code .npz}.
     *
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException as {@link #tensors}, or if the file has another format
     */
    public void save(Path file) throws IOException {
        if (isNpz(file)) {
            Npz.write(file, tensors());
        } else {
            Safetensors.of(tensors()).write(file);
        }
    }

    private boolean isNpz(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        Check.that(
                name.endsWith(".npz") || name.endsWith(".safetensors"),
                "%s: weights must be in a file .safetensors or .npz, got %s; %s",
                system.system(),
                file.getFileName(),
                system.remedy());
        return name.endsWith(".npz");
    }

    /** Returns the system, the modules that were said, and the model. */
    @Override
    public String toString() {
        return "ModelWeights of " + system.system() + (prefix.isEmpty() ? "" : ", prefix " + prefix)
                + (modules.isEmpty() ? "" : ", modules " + modules) + (partial ? ", partial" : "") + ": " + model;
    }
}

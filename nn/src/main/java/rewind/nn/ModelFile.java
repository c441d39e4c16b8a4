package rewind.nn;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.format.FormatException;
import rewind.nn.format.Safetensors;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Description;
import rewind.nn.layer.Parameters;
import rewind.nn.train.loop.Checkpoint;

/**
 * A model as a safetensors file: parameters under their stored names; as metadata the description of everything else, and its checksum, so
 * that a damaged description is never taken for another model.
 */
final class ModelFile {
    private static final String DESCRIPTION = "rewind.model";
    private static final String CHECKSUM = "rewind.model.crc32";
    private static final long VERSION = 1;
    private static final Set<String> FIELDS = Set.of("version", "dtype", "seed", "input", "frozen", "notes", "layer");

    private ModelFile() {}

    // ---- writing ----

    /** What the file of a model holds. */
    static Safetensors content(Model model) {
        String text = DescriptionText.write(description(model));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        model.parameters().map((name, value) -> tensors.put(name, value)); // in their order
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(DESCRIPTION, text);
        metadata.put(CHECKSUM, checksum(text));
        return Safetensors.of(tensors, metadata);
    }

    /**
     * What the file says of a model beside its parameters.
     *
     * @throws IllegalArgumentException if something of a user's own has no name, or one name stands for two things
     */
    private static Description description(Model model) {
        model.applied().forEach(ModelFile::checkNamed);
        OwnParts.check(model);
        List<Description> notes = new ArrayList<>();
        model.notes()
                .forEach((name, text) ->
                        notes.add(Description.of("note").with("name", name).with("text", text)));
        return Description.of("model")
                .with("version", VERSION)
                .with("dtype", model.dtype().name())
                .with("seed", model.seed())
                .with(
                        "input",
                        Arrays.stream(model.input().toArray())
                                .mapToObj(Long::valueOf)
                                .toList())
                .with("frozen", List.copyOf(model.frozen()))
                .with("notes", notes)
                .with("layer", model.layer().description());
    }

    /** Parts come before the layers that consist of them, so that the first one without a description is what lacks it. */
    private static void checkNamed(BuiltLayer.Applied layer) {
        try {
            layer.layer().description();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("model: " + layer.name() + " cannot be saved: " + e.getMessage(), e);
        }
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    // ---- reading ----

    /** Reads a model; the message of whatever is wrong with it begins with its origin, the name of a file say. */
    static Model load(Object origin, Safetensors content, Registry own) throws FormatException {
        try {
            return model(content, own);
        } catch (IllegalArgumentException e) {
            throw new FormatException(told(origin, e), e);
        } catch (OutOfMemoryError e) {
            throw new FormatException(origin + ": the model does not fit into the heap; use a larger -Xmx", e);
        } catch (StackOverflowError e) {
            throw new FormatException(
                    origin + ": the layers lie in each other too deep for this thread's stack; use a larger -Xss", e);
        }
    }

    /** The message, once with its origin. */
    private static String told(Object origin, IllegalArgumentException e) {
        String start = origin + ": ";
        return e.getMessage().startsWith(start) ? e.getMessage() : start + e.getMessage();
    }

    /**
     * Makes the model that was written.
     *
     * @throws IllegalArgumentException if this is no such model
     */
    static Model model(Safetensors content, Registry own) {
        Description described = described(content.metadata());
        DType dtype = dtype(described.text("dtype"));
        content.tensors().forEach((name, value) -> checkDtype(name, value, dtype));
        Description description = described.part("layer");
        BuiltLayer built = BuiltLayer.reading(
                own.layer(description), shape(described.list("input", Long.class)), content.tensors(), dtype);
        Model model = new Model(built, described.integer64("seed"));
        checkNames(content.tensors().keySet(), model.parameters());
        model.freeze(described.list("frozen", String.class));
        described.list("notes", Description.class).forEach(note -> model.note(note.text("name"), note.text("text")));
        return model;
    }

    private static Description described(Map<String, String> metadata) {
        Check.that(
                !Checkpoint.FORMAT.equals(metadata.get("format")),
                "this is a checkpoint of a training run, which Training.of(model).resume(…) continues");
        String text = metadata.get(DESCRIPTION);
        Check.that(text != null, "there is no description of a model, only parameters; use loadParameters");
        Check.that(checksum(text).equals(metadata.get(CHECKSUM)), "the description of the model is damaged");
        Description description = DescriptionText.read(text);
        Check.that(description.kind().equals("model"), "a model must be described, got %s", description.kind());
        long version = description.integer64("version");
        Check.that(version == VERSION, "the description must be of version %s, got %s", VERSION, version);
        Check.that(
                description.options().keySet().equals(FIELDS),
                "the description must have %s, got %s",
                FIELDS,
                description.options().keySet());
        return description;
    }

    private static DType dtype(String name) {
        return Arrays.stream(DType.values())
                .filter(dtype -> dtype.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Check.failure(
                        "the element type must be one of %s, got %s", Arrays.toString(DType.values()), name));
    }

    private static Shape shape(List<Long> sizes) {
        for (long size : sizes) {
            Check.that(size >= 0 && size <= Integer.MAX_VALUE, "the input cannot have the sizes %s", sizes);
        }
        return Shape.of(sizes.stream().mapToInt(Long::intValue).toArray());
    }

    private static void checkDtype(String name, Tensor value, DType dtype) {
        Check.that(value.dtype() == dtype, "parameter %s must be of type %s, got %s", name, dtype, value.dtype());
    }

    private static void checkNames(Set<String> names, Parameters expected) {
        Check.that(names.equals(expected.stored()), "parameters must be named %s, got %s", expected.stored(), names);
    }

    /** Reads the parameters of a model that is there; nothing of the model changes. */
    static Parameters parameters(Object origin, Safetensors content, Model model) throws FormatException {
        Map<String, Tensor> tensors = content.tensors();
        Parameters old = model.parameters();
        try {
            checkNames(tensors.keySet(), old);
            tensors.forEach((name, value) -> checkDtype(name, value, model.dtype()));
            return old.with(old.stored().stream().map(tensors::get).toList());
        } catch (IllegalArgumentException e) {
            throw new FormatException(told(origin, e), e);
        }
    }
}

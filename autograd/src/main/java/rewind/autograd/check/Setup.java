package rewind.autograd.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.require.Check;

/** What a {@link GradientCheck} examines, and how. It is left alone after {@link #with}. */
final class Setup implements Cloneable {
    private final Function<List<Tensor>, Tensor> function;
    /** The number of inputs that the function has, −1 for any. */
    private final int arity;

    String name = "function";
    /** Reverse mode, or what it stands for if the function is not one of tensors. */
    String subject = Examination.REVERSE;

    Names names = new Names("input", List.of());
    List<Tensor> inputs = List.of();
    OptionalDouble tolerance = OptionalDouble.empty();
    long seed = 1;
    /** The highest order of the derivatives. */
    int order = 1;
    /** Whether those of {@link FreeProperties} are checked. */
    boolean properties;
    /** Whether reasons are looked for. */
    boolean explained = true;

    Optional<Derivation> derivation = Optional.empty();
    Optional<BiFunction<List<Tensor>, Tensor, Map<Trace.Name, Tensor>>> adjoints = Optional.empty();
    Optional<Oracle> oracle = Optional.empty();
    /** The equations behind the gradient of an input, where it is not one of the user's. */
    private Optional<IntFunction<List<String>>> grounds = Optional.empty();

    Setup(Function<List<Tensor>, Tensor> function, int arity) {
        this.function = function;
        this.arity = arity;
    }

    private Setup copy() {
        try {
            return (Setup) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e); // it is Cloneable
        }
    }

    /** A changed copy. */
    Setup with(Consumer<Setup> change) {
        Setup changed = copy();
        change.accept(changed);
        return changed;
    }

    /** The function of what is added to the named values, beside their adjoints by hand. */
    Setup ofAdjoints(BiFunction<List<Tensor>, Tensor, Map<Trace.Name, Tensor>> derived) {
        Adjoints named = Adjoints.of(name, this::result, inputs, derived);
        Setup shifted = new Setup(named::shifted, -1);
        shifted.name = name;
        shifted.subject = subject;
        shifted.names = new Names("adjoint of", named.labels());
        shifted.inputs = named.zeros();
        shifted.tolerance = tolerance;
        shifted.seed = seed;
        shifted.explained = explained;
        shifted.derivation = Optional.of(named.derivation());
        shifted.grounds = Optional.of(input -> new Grounds(this::result, inputs, names.names())
                .ofAdjoint(named.names().get(input), derived));
        return shifted;
    }

    /** The equations by which reverse mode and the derivation come to the gradient of an input. */
    List<String> grounds(int input) {
        return grounds.map(own -> own.apply(input))
                .orElseGet(() -> new Grounds(this::result, inputs, names.names())
                        .ofInput(input, derivation.orElseThrow()::given));
    }

    Tensor result(List<Tensor> in) {
        Tensor result = function.apply(in);
        require(result != null, "%s must not return null", name);
        return result;
    }

    void requireInputs() {
        require(!inputs.isEmpty(), "%s needs inputs: at(…)", name);
        require(
                arity < 0 || arity == inputs.size(),
                "the number of inputs of %s must be %s, got %s",
                name,
                arity,
                inputs.size());
        require(
                names.names().isEmpty() || names.names().size() == inputs.size(),
                "there must be as many names as inputs, %s, got %s",
                inputs.size(),
                names.names());
    }

    /** Throws an {@link IllegalArgumentException} with the formatted text unless the condition holds. */
    static void require(boolean condition, String text, Object... details) {
        Check.that(condition, "gradient check: " + text, details);
    }
}

package rewind.autograd.check.jqwik;

import static rewind.autograd.check.jqwik.Generators.require;

import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.arbitraries.ArbitraryDecorator;
import rewind.autograd.DType;

/**
 * Random programs: public operations of {@link rewind.autograd.Tensor} with random wiring, where a value may be used any number of
 * times. At their inputs they are smooth, so that differences tell their derivatives: no value lies within 0.05 of a kink or beyond 10,
 * and none changes more than 30 times as fast as the inputs. Immutable: every option returns a new one.
 *
 * <p>A program shrinks to one of fewer operations, fewer inputs, fewer elements, and numbers of three digits; in this order. Values in
 * the middle become inputs, so that of a long program with one wrong operation that operation alone remains. A program prints as Java
 * code, see {@link RandomProgram#code}.
 */
@SuppressWarnings("exports") // whoever uses this requires jqwik anyway
public final class ProgramArbitrary extends ArbitraryDecorator<RandomProgram> {
    private int steps = 12;
    private int inputs = 3;
    private DType dtype = DType.FLOAT64;
    private ShapeArbitrary shapes = new ShapeArbitrary().sizes(1, 3);
    private Predicate<String> operations = signature -> true;

    ProgramArbitrary() {}

    /** Sets the largest number of operations, by default 12. */
    public ProgramArbitrary steps(int most) {
        require(most >= 1, "a program must have at least one operation, got %s", most);
        ProgramArbitrary changed = typedClone();
        changed.steps = most;
        return changed;
    }

    /** Sets the largest number of inputs, by default 3. */
    public ProgramArbitrary inputs(int most) {
        require(most >= 1, "a program must have at least one input, got %s", most);
        ProgramArbitrary changed = typedClone();
        changed.inputs = most;
        return changed;
    }

    /** Sets the element type of all values, by default FLOAT64. */
    public ProgramArbitrary ofType(DType dtype) {
        ProgramArbitrary changed = typedClone();
        changed.dtype = dtype;
        return changed;
    }

    /** Sets the shapes of inputs, by default of up to 3 axes with 1 to 3 elements. */
    public ProgramArbitrary shapes(ShapeArbitrary shapes) {
        ProgramArbitrary changed = typedClone();
        changed.shapes = shapes;
        return changed;
    }

    /**
     * Sets which operations there may be, by default all of {@link #allOperations}.
     *
     * @param allowed tells it from name and parameter types, such as {@code slice(int, int, int)}
     * @throws IllegalArgumentException if there is none
     */
    public ProgramArbitrary operations(Predicate<String> allowed) {
        require(
                allOperations().stream().anyMatch(allowed),
                "at least one operation must be allowed, of %s",
                allOperations());
        ProgramArbitrary changed = typedClone();
        changed.operations = allowed;
        return changed;
    }

    /** Returns all operations that a program may have: name and parameter types, such as {@code slice(int, int, int)}. */
    public static List<String> allOperations() {
        return Catalogue.ALL.stream().map(Kind::signature).toList();
    }

    @Override
    protected Arbitrary<RandomProgram> arbitrary() {
        List<Kind> kinds = Catalogue.ALL.stream()
                .filter(kind -> operations.test(kind.signature()))
                .toList();
        return Arbitraries.fromGenerator(
                random -> Simplification.of(new Composer(random, kinds, shapes, dtype).compose(inputs, steps)));
    }
}

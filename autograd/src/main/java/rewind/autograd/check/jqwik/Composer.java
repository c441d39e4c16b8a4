package rewind.autograd.check.jqwik;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Makes up programs. */
final class Composer {
    /** How often a step, or a whole program, is drawn before one gives up. */
    private static final int ATTEMPTS = 100;

    private final Random random;
    private final List<Kind> kinds;
    private final ShapeArbitrary shapes;
    private final DType dtype;

    Composer(Random random, List<Kind> kinds, ShapeArbitrary shapes, DType dtype) {
        this.random = random;
        this.kinds = kinds;
        this.shapes = shapes;
        this.dtype = dtype;
    }

    RandomProgram compose(int mostInputs, int mostSteps) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Run run = new Run(inputs(1 + random.nextInt(mostInputs)));
            int steps = 1 + random.nextInt(mostSteps);
            while (run.steps().size() < steps && addStep(run)) {
                // on to the next
            }
            if (!run.steps().isEmpty()) {
                List<Tensor> inputs = run.values()
                        .subList(0, run.values().size() - run.steps().size());
                return Cuts.needed(inputs, run.steps(), run.values().size() - 1);
            }
        }
        throw new IllegalArgumentException(
                "programs: no operation fits the shapes; allow others, of the operations or of the shapes");
    }

    private List<Tensor> inputs(int count) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Shape next = i == 0 || random.nextInt(3) == 0
                    ? shapes.draw(random)
                    : relative(inputs.get(random.nextInt(i)).shape());
            inputs.add(Tensor.of(next, numbers(next.size())).to(dtype));
        }
        return inputs;
    }

    private double[] numbers(int count) {
        return random.doubles(count, -2, 2).toArray();
    }

    /** A shape that can meet a given one: the same, with axes of size 1, with fewer axes, or transposed. */
    private Shape relative(Shape of) {
        int[] sizes = of.toArray();
        int rank = sizes.length;
        Shape next = switch (random.nextInt(4)) {
            case 0 ->
                Shape.of(Arrays.stream(sizes)
                        .map(size -> random.nextBoolean() ? 1 : size)
                        .toArray());
            case 1 -> Shape.of(Arrays.copyOfRange(sizes, random.nextInt(rank + 1), rank));
            case 2 ->
                rank < 2
                        ? of
                        : Shape.of(IntStream.range(0, rank)
                                .map(axis -> sizes[axis < rank - 2 ? axis : 2 * rank - 3 - axis])
                                .toArray());
            default -> of;
        };
        return shapes.includes(next) ? next : of;
    }

    private boolean addStep(Run run) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Wiring wiring = new Wiring(random, run.values(), unused(run));
            boolean added = kinds.get(random.nextInt(kinds.size()))
                    .draw(wiring)
                    .filter(run::add)
                    .isPresent();
            if (added) {
                return true;
            }
        }
        return false;
    }

    private static List<Integer> unused(Run run) {
        boolean[] used = new boolean[run.values().size()];
        run.steps().forEach(step -> step.operands().forEach(value -> used[value] = true));
        return IntStream.range(0, used.length)
                .filter(value -> !used[value])
                .boxed()
                .toList();
    }
}

package rewind.autograd.check.jqwik;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.check.jqwik.Step.Operand;
import rewind.autograd.check.jqwik.Step.Over;

/** Random choices among the values that a program has so far. */
final class Wiring {
    private final Random random;
    private final List<Tensor> values;
    private final List<Integer> unused;

    Wiring(Random random, List<Tensor> values, List<Integer> unused) {
        this.random = random;
        this.values = values;
        this.unused = unused;
    }

    Tensor tensor(Operand operand) {
        return values.get(operand.value());
    }

    /** Any value, one of the last three, or one that nothing has used yet, so that little is left over at the end. */
    Operand any() {
        int kind = random.nextInt(3);
        if (kind == 0 && !unused.isEmpty()) {
            return new Operand(unused.get(random.nextInt(unused.size())));
        }
        int recent = Math.min(3, values.size());
        return new Operand(kind == 1 ? values.size() - 1 - random.nextInt(recent) : random.nextInt(values.size()));
    }

    /** A value with a property, if there is one. */
    Optional<Operand> one(Predicate<Tensor> fits) {
        Operand first = any();
        if (fits.test(tensor(first))) {
            return Optional.of(first);
        }
        List<Operand> all = IntStream.range(0, values.size())
                .filter(i -> fits.test(values.get(i)))
                .mapToObj(Operand::new)
                .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    /** One to three values of which each fits the first. */
    List<Operand> several(Operand first, Predicate<Tensor> fits) {
        List<Operand> chosen = new ArrayList<>(List.of(first));
        for (int more = between(0, 2); more > 0; more--) {
            one(fits).ifPresent(chosen::add);
        }
        return chosen;
    }

    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    boolean flag() {
        return random.nextBoolean();
    }

    /** A number with a size between ¼ and 2. */
    double number() {
        return (flag() ? 1 : -1) * Generators.between(random, 0.25, 2);
    }

    /** An axis, counted from either end. */
    int axis(int rank) {
        return between(-rank, rank - 1);
    }

    /** Some different axes; none means all. */
    int[] axes(int rank) {
        int[] order = permutation(rank);
        return Arrays.stream(Arrays.copyOf(order, rank == 0 ? 0 : between(0, rank)))
                .map(axis -> flag() ? axis : axis - rank)
                .toArray();
    }

    Over over(int rank) {
        return new Over(flag(), axes(rank));
    }

    int[] permutation(int length) {
        int[] order = IntStream.range(0, length).toArray();
        for (int i = length - 1; i > 0; i--) {
            int other = between(0, i);
            int moved = order[i];
            order[i] = order[other];
            order[other] = moved;
        }
        return order;
    }
}

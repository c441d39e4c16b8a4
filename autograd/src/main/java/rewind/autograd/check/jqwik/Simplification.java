package rewind.autograd.check.jqwik;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import rewind.autograd.Tensor;

/** What a program shrinks to. */
final class Simplification {
    private Simplification() {}

    static Shrinkable<RandomProgram> of(RandomProgram program) {
        return new Simplifying<>(program, distance(program), Simplification::simpler);
    }

    private static long[] distance(RandomProgram program) {
        List<Tensor> inputs = program.inputs();
        long elements = inputs.stream().mapToLong(x -> x.size() + x.rank()).sum();
        long digits = inputs.stream().mapToLong(Digits::superfluous).sum();
        return new long[] {program.steps().size(), inputs.size(), elements, digits};
    }

    private static Stream<Shrinkable<RandomProgram>> simpler(RandomProgram program) {
        return Stream.of(beginnings(program), ends(program), shortcuts(program), smaller(program), rounded(program))
                .flatMap(programs -> programs)
                .filter(each -> !each.steps().isEmpty() && Run.succeeds(each))
                .map(Simplification::of);
    }

    /** With an earlier value as the result. */
    private static Stream<RandomProgram> beginnings(RandomProgram program) {
        int count = program.inputs().size();
        return IntStream.range(count, count + program.steps().size() - 1)
                .mapToObj(value -> Cuts.needed(program.inputs(), program.steps(), value));
    }

    /** With a value in the middle as an input; the last ones first. */
    private static Stream<RandomProgram> ends(RandomProgram program) {
        int count = program.inputs().size();
        List<Tensor> values = program.values(program.inputs());
        return IntStream.range(0, program.steps().size() - 1)
                .mapToObj(back -> count + program.steps().size() - 2 - back)
                .map(value -> Cuts.cut(program, value, values.get(value)));
    }

    /** With an earlier value of the same shape instead of a later one. */
    private static Stream<RandomProgram> shortcuts(RandomProgram program) {
        List<Tensor> values = program.values(program.inputs());
        return IntStream.range(1, values.size())
                .boxed()
                .flatMap(value -> IntStream.range(0, value)
                        .filter(by ->
                                values.get(by).shape().equals(values.get(value).shape()))
                        .mapToObj(by -> Cuts.replaced(program, value, by)));
    }

    /** With fewer elements: all axes of one size shorter, or an axis of one input missing or of size 1. */
    private static Stream<RandomProgram> smaller(RandomProgram program) {
        int largest = program.inputs().stream()
                .flatMapToInt(x -> IntStream.of(x.shape().toArray()))
                .max()
                .orElse(0);
        Stream<RandomProgram> together = IntStream.rangeClosed(2, largest)
                .boxed()
                .flatMap(size -> IntStream.of(1, size - 1)
                        .distinct()
                        .mapToObj(to -> withInputs(program, x -> shortened(x, size, to))));
        Stream<RandomProgram> single = IntStream.range(0, program.inputs().size())
                .boxed()
                .flatMap(i -> parts(program.inputs().get(i)).map(part -> withInput(program, i, part)));
        return Stream.concat(together, single);
    }

    private static Tensor shortened(Tensor x, int size, int to) {
        Tensor part = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            part = x.size(axis) == size ? part.slice(axis, 0, to) : part;
        }
        return part.detach();
    }

    private static Stream<Tensor> parts(Tensor x) {
        return IntStream.range(0, x.rank())
                .filter(axis -> x.size(axis) > 0)
                .boxed()
                .flatMap(axis -> Stream.of(x.select(axis, 0), x.slice(axis, 0, 1)));
    }

    /** With numbers of three digits, in all inputs or in one. */
    private static Stream<RandomProgram> rounded(RandomProgram program) {
        RandomProgram all = withInputs(program, x -> Digits.few(x).orElse(x));
        return Stream.concat(
                Stream.of(all),
                IntStream.range(0, program.inputs().size())
                        .boxed()
                        .map(i -> Digits.few(program.inputs().get(i)).map(few -> withInput(program, i, few)))
                        .flatMap(Optional::stream));
    }

    private static RandomProgram withInputs(RandomProgram program, UnaryOperator<Tensor> change) {
        return new RandomProgram(program.inputs().stream().map(change).toList(), program.steps());
    }

    private static RandomProgram withInput(RandomProgram program, int position, Tensor input) {
        List<Tensor> inputs = new ArrayList<>(program.inputs());
        inputs.set(position, input);
        return new RandomProgram(inputs, program.steps());
    }
}

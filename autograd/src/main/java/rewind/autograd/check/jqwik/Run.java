package rewind.autograd.check.jqwik;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;

/** A program step by step, at its inputs and at a point nearby, to see whether it is smooth and its derivatives are moderate. */
final class Run {
    private static final int ELEMENTS = 64;
    private static final int RANK = 4;
    private static final double LARGEST = 10;
    private static final double STEEPEST = 30;
    private static final double STEP = 1e-4;

    private final List<Tensor> values;
    private final List<Tensor> nearby = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Set<Integer> constants = new HashSet<>();

    Run(List<Tensor> inputs) {
        this.values = new ArrayList<>(inputs);
        Tape tape = new Tape();
        MersenneTwister rng = new MersenneTwister(1);
        for (Tensor x : inputs) {
            nearby.add(tape.watch(
                    x.add(Tensor.uniform(x.dtype(), rng, -STEP, STEP, x.shape().toArray()))));
        }
    }

    /** Whether a program can be run and is smooth. */
    static boolean succeeds(RandomProgram program) {
        try {
            Run run = new Run(program.inputs());
            return program.steps().stream().allMatch(run::add);
        } catch (IllegalArgumentException shapesDoNotFit) {
            return false;
        }
    }

    List<Tensor> values() {
        return values;
    }

    List<Step> steps() {
        return steps;
    }

    /** Does a step; returns whether it is smooth and gives moderate numbers, and so has become a part of the program. */
    boolean add(Step step) {
        if (!step.isSmooth(values) || !step.indices().allMatch(constants::contains)) {
            return false;
        }
        Tensor value = step.apply(values);
        if (value.size() > ELEMENTS || value.rank() > RANK) {
            return false;
        }
        Tensor there = step.apply(nearby);
        if (!isModerate(value, there)) {
            return false;
        }
        if (!there.isRecorded()) {
            constants.add(values.size());
        }
        values.add(value);
        nearby.add(there);
        steps.add(step);
        return true;
    }

    private static boolean isModerate(Tensor value, Tensor there) {
        double change = STEEPEST * STEP + LARGEST * value.dtype().epsilon();
        double[] here = value.toArray();
        double[] other = there.toArray();
        return IntStream.range(0, here.length)
                .allMatch(i -> Math.abs(here[i]) <= LARGEST && Math.abs(other[i] - here[i]) <= change);
    }
}

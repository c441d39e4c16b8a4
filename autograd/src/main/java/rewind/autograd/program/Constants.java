package rewind.autograd.program;

import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Number;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.algebra.Terms;

/** The tensors that a function took from outside: numbers, tensors with names, and those of steps, of which one name stands for all. */
final class Constants {
    /** Fewer are not taken for those of steps. */
    private static final int FEWEST = 3;

    private final Skipped skipped;
    private final Map<Numbers, String> names = new LinkedHashMap<>();
    private final List<Sequence> sequences = new ArrayList<>();
    /** By place and operand, the sequence, or null where it is the same at all steps. */
    private final Map<List<Object>, Sequence> ofOperands = new HashMap<>();

    private int count;

    Constants(Skipped skipped) {
        this.skipped = skipped;
    }

    private record Numbers(Shape shape, DType dtype, DoubleBuffer values) {
        static Numbers of(Tensor x) {
            return new Numbers(x.shape(), x.dtype(), DoubleBuffer.wrap(x.toArray()));
        }

        /** Whether all elements have the same bits. */
        boolean areOneNumber() {
            for (int i = 1; i < values.capacity(); i++) {
                if (Double.doubleToLongBits(values.get(i)) != Double.doubleToLongBits(values.get(0))) {
                    return false;
                }
            }
            return values.capacity() > 0;
        }

        /** The number; 0.1 of whichever type it is. */
        double number() {
            double value = values.get(0);
            return dtype == DType.FLOAT32 ? Double.parseDouble(Float.toString((float) value)) : value;
        }
    }

    /** What differs from step to step. */
    private record Sequence(String name, SortedMap<Integer, Numbers> steps) {
        boolean agrees(Map<Integer, Numbers> others) {
            return others.entrySet().stream()
                            .allMatch(
                                    each -> each.getValue().equals(steps.getOrDefault(each.getKey(), each.getValue())))
                    && others.keySet().stream().anyMatch(steps::containsKey);
        }

        /** All steps from the first one of the loop on; where nothing was taken, zeros. */
        Tensor whole() {
            Numbers like = steps.get(steps.firstKey());
            List<Tensor> all = new ArrayList<>();
            for (int step = 0; step <= steps.lastKey(); step++) {
                Numbers own = steps.get(step);
                all.add(
                        own == null
                                ? Tensor.zeros(like.dtype(), like.shape())
                                : Tensor.of(own.shape(), own.values().array()).to(own.dtype()));
            }
            return Tensor.stack(0, all);
        }
    }

    /** The tensors by their names; of a sequence the steps along the first axis. */
    Map<String, Tensor> byName() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        names.forEach((numbers, name) -> all.put(
                name, Tensor.of(numbers.shape(), numbers.values().array()).to(numbers.dtype())));
        sequences.forEach(each -> all.put(each.name(), each.whole()));
        return all;
    }

    /** The names of sequences, and how many steps they have. */
    Map<String, Integer> sequences() {
        Map<String, Integer> all = new HashMap<>();
        sequences.forEach(each -> all.put(each.name(), each.steps().lastKey() + 1));
        return all;
    }

    /** An operand of an operation. */
    Term of(Trace.Recorded each, int operand) {
        int step = skipped.stepOf(each);
        if (step != Term.NO_STEP) {
            List<Object> key = List.of(skipped.place(each), operand);
            if (!ofOperands.containsKey(key)) {
                ofOperands.put(key, sequence(skipped.constants(each, operand)));
            }
            Sequence sequence = ofOperands.get(key);
            Tensor own = each.inputs().get(operand);
            if (sequence != null && Numbers.of(own).equals(sequence.steps().get(step))) { // at one place may be several
                return new Symbol(sequence.name(), step, own.shape());
            }
        }
        return of(each.inputs().get(operand));
    }

    /** A tensor whose parts along an axis are those of steps. */
    Term inSteps(Tensor x, int axis) {
        List<Tensor> parts = x.unstack(axis);
        Map<Integer, Tensor> bySteps = new HashMap<>();
        SortedMap<Integer, Term> pieces = new TreeMap<>();
        IntStream.range(0, parts.size()).forEach(step -> bySteps.put(step, parts.get(step)));
        Sequence sequence = sequence(bySteps);
        bySteps.forEach((step, part) ->
                pieces.put(step, sequence == null ? of(part) : new Symbol(sequence.name(), step, part.shape())));
        return new Term.Pile(axis, pieces, x.shape());
    }

    /** A number, where all elements are the same, or a name. */
    Term of(Tensor x) {
        Numbers numbers = Numbers.of(x);
        if (x.size() == 0) {
            return Terms.zero(x.shape());
        }
        return numbers.areOneNumber()
                ? new Number(numbers.number(), x.shape())
                : new Symbol(names.computeIfAbsent(numbers, k -> nextName()), Term.NO_STEP, x.shape());
    }

    private String nextName() {
        return "c" + ++count;
    }

    /** What an operand is at the steps at which it is a constant, as a sequence; null if it is the same at all, or one number that changes once. */
    private Sequence sequence(Map<Integer, Tensor> bySteps) {
        SortedMap<Integer, Numbers> all = new TreeMap<>();
        bySteps.forEach((step, x) -> all.put(step, Numbers.of(x)));
        int changes = 0;
        boolean numbers = true;
        Numbers before = null;
        for (Numbers each : all.values()) {
            if (before != null && !each.shape().equals(before.shape())) {
                return null;
            }
            changes += before == null || each.equals(before) ? 0 : 1;
            numbers &= each.areOneNumber();
            before = each;
        }
        if (all.size() < FEWEST || changes == 0 || (numbers && changes == 1)) {
            return null;
        }
        for (Sequence each : sequences) {
            if (each.agrees(all)) {
                each.steps().putAll(all);
                return each;
            }
        }
        Sequence sequence = new Sequence(nextName(), all);
        sequences.add(sequence);
        return sequence;
    }
}

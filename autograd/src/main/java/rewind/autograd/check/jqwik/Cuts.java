package rewind.autograd.check.jqwik;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;

/** Programs cut down to what a value needs. */
final class Cuts {
    private Cuts() {}

    /** The program whose result is the given value: only the inputs and steps that it needs. */
    static RandomProgram needed(List<Tensor> inputs, List<Step> steps, int result) {
        int count = inputs.size();
        boolean[] needed = new boolean[count + steps.size()];
        needed[result] = true;
        for (int value = result; value >= count; value--) {
            if (needed[value]) {
                steps.get(value - count).operands().forEach(operand -> needed[operand] = true);
            }
        }
        Map<Integer, Integer> numbers = new HashMap<>();
        List<Tensor> keptInputs = new ArrayList<>();
        List<Step> keptSteps = new ArrayList<>();
        for (int value = 0; value <= result; value++) {
            if (needed[value]) {
                numbers.put(value, numbers.size());
                if (value < count) {
                    keptInputs.add(inputs.get(value));
                } else {
                    keptSteps.add(steps.get(value - count).renumbered(numbers::get));
                }
            }
        }
        return new RandomProgram(keptInputs, keptSteps);
    }

    /** The program that goes on with one value where another one was; the other one comes later. */
    static RandomProgram replaced(RandomProgram program, int value, int by) {
        int result = program.inputs().size() + program.steps().size() - 1;
        List<Step> steps = program.steps().stream()
                .map(step -> step.renumbered(operand -> operand == value ? by : operand))
                .toList();
        return needed(program.inputs(), steps, result == value ? by : result);
    }

    /** The program in which the value of a step is an input. */
    static RandomProgram cut(RandomProgram program, int value, Tensor constant) {
        int count = program.inputs().size();
        List<Tensor> inputs = new ArrayList<>(program.inputs());
        inputs.add(constant);
        List<Step> steps = program.steps().stream()
                .map(step ->
                        step.renumbered(operand -> operand == value ? count : operand < count ? operand : operand + 1))
                .toList();
        return needed(inputs, steps, count + steps.size());
    }
}

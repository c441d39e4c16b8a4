package rewind.nn.layer;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;

/** What loops over cells need of a state, whether that is one tensor or a {@link State} of several. */
public final class States {
    private States() {}

    /** Returns the output of a state. */
    public static Tensor output(Object state) {
        return state instanceof State<?> several ? several.output() : (Tensor) state;
    }

    @SuppressWarnings("unchecked") // map returns the type of its state
    /** Returns a state with f applied to every tensor, in their order. */
    public static <S> S map(S state, UnaryOperator<Tensor> f) {
        return state instanceof State<?> several ? (S) several.map(f) : (S) f.apply((Tensor) state);
    }

    /** Returns the tensors of a state, in their order. */
    public static List<Tensor> tensors(Object state) {
        List<Tensor> tensors = new ArrayList<>();
        map(state, tensor -> {
            tensors.add(tensor);
            return tensor;
        });
        return tensors;
    }

    /** What the tensors of a state are called: as the components of a record, else h, and h2, h3, … if there are several. */
    static List<String> names(Object state) {
        RecordComponent[] components = state.getClass().getRecordComponents();
        int count = tensors(state).size();
        return components != null && components.length == count
                ? Arrays.stream(components).map(RecordComponent::getName).toList()
                : IntStream.rangeClosed(1, count)
                        .mapToObj(i -> i == 1 ? "h" : "h" + i)
                        .toList();
    }

    /** Returns a state with other tensors, in their order. */
    static <S> S of(S state, List<Tensor> tensors) {
        Iterator<Tensor> others = tensors.iterator();
        return map(state, tensor -> others.next());
    }

    /** Returns a state with f applied to the output alone. */
    public static <S> S mapOutput(S state, UnaryOperator<Tensor> f) {
        Tensor output = output(state);
        boolean[] found = new boolean[1]; // the same tensor may stand in the state twice, as zeros do at first
        return map(state, tensor -> {
            boolean change = tensor == output && !found[0];
            found[0] |= change;
            return change ? f.apply(tensor) : tensor;
        });
    }

    /** Returns two states combined tensor by tensor. */
    public static <S> S zip(S left, S right, BinaryOperator<Tensor> f) {
        Iterator<Tensor> rights = tensors(right).iterator();
        return map(left, tensor -> f.apply(tensor, rights.next()));
    }
}

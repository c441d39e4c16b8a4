package rewind.nn.layer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
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
        Deque<Tensor> rights = new ArrayDeque<>();
        map(right, tensor -> {
            rights.addLast(tensor);
            return tensor;
        });
        return map(left, tensor -> f.apply(tensor, rights.removeFirst()));
    }
}

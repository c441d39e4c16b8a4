package rewind.onnx.write;

import java.util.List;
import java.util.stream.IntStream;
import rewind.nn.layer.States;
import rewind.nn.recurrent.LstmState;

/** What the tensors of states are called in a graph, after the path of their layer. */
final class StateNames {
    private StateNames() {}

    static List<String> of(Object state) {
        int count = States.tensors(state).size();
        return count == 1
                ? List.of("h")
                : state instanceof LstmState
                        ? List.of("h", "C_")
                        : IntStream.rangeClosed(1, count)
                                .mapToObj(i -> "state" + i)
                                .toList();
    }
}

package rewind.nn.sequence;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.State;
import rewind.nn.layer.States;

/** Sequences by a decoder and its state. */
final class DecoderStream<S> implements TokenStream {
    private final Decoder<S> decoder;
    private S state;

    private DecoderStream(Decoder<S> decoder, S state) {
        this.decoder = decoder;
        this.state = state;
    }

    static <S> TokenStream begin(Decoder<S> decoder, S first, int copies) {
        int[] rows = IntStream.range(0, sequences(first) * copies)
                .map(row -> row / copies)
                .toArray();
        return new DecoderStream<>(decoder, map(first, each -> each.gather(rows)));
    }

    /** How many sequences a state is of. */
    static int sequences(Object state) {
        int[] found = {-1};
        map(state, each -> {
            int own = each.rank() == 0 ? -1 : each.size(0);
            Check.that(
                    own > 0 && (found[0] < 0 || found[0] == own),
                    "decoding: all tensors of the first state must have an axis of sequences, as many in each, got the shape %s",
                    each.shape());
            found[0] = own;
            return each;
        });
        Check.that(found[0] > 0, "decoding: the first state must have a tensor, to tell how many sequences there are");
        return found[0];
    }

    @SuppressWarnings("unchecked") // of the same kind
    private static <S> S map(S state, UnaryOperator<Tensor> f) {
        if (state instanceof List<?> several) {
            return (S) several.stream().map(each -> map(each, f)).toList();
        }
        if (state instanceof Map<?, ?> named) {
            Map<Object, Object> mapped = new LinkedHashMap<>();
            named.forEach((name, each) -> mapped.put(name, map(each, f)));
            return (S) mapped;
        }
        Check.that(
                state instanceof Tensor || state instanceof State<?>,
                "decoding: a state must be a tensor, a State, or a list or map of such, got %s",
                state == null ? "null" : state.getClass().getName());
        return States.map(state, f);
    }

    @Override
    public Tensor step(int... ids) {
        Decoder.Step<S> step = decoder.step(Tensor.of(ids), state);
        state = map(step.state(), Tensor::detach);
        return step.output().detach();
    }

    @Override
    public void select(int... rows) {
        state = map(state, each -> each.gather(rows));
    }

    /** Returns how many sequences there are. */
    @Override
    public String toString() {
        return "Stream of " + sequences(state) + " sequences by a decoder";
    }
}

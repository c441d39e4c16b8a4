package rewind.examples.research;

import static rewind.examples.research.HumanDates.*;
import static rewind.nn.Layers.*;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Schedules.*;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.*;
import rewind.examples.Charts;
import rewind.nn.*;
import rewind.nn.data.Dataset;
import rewind.nn.layer.*;
import rewind.nn.sequence.*;

/**
 * Dates as people write them, "3. März 1998" or "March 3, 1998", are written as 1998-03-03 by a decoder that attends to what an encoder of both
 * directions made of each character. Proof: of dates that it has not seen, 98 % at least come out whole. Source: Bahdanau, Cho and Bengio,
 * ICLR 2015.
 */
final class DateAttention implements Experiment {
    private static final int UNITS = 24;

    private final Layer encoder = Sequential.of(
            embedding(HUMAN.size(), 16), gru(UNITS).sequences(true).bidirectional());

    /** Reads the character before and what it attends to; its state is its own and what was encoded, (batch, width, 2·units). */
    private static Decoder<List<Tensor>> decoder(Scope scope, List<Tensor> attention) {
        Tensor E = scope.parameter("E", ISO.size(), 16);
        Tensor Q = scope.parameter("Q", UNITS, 2 * UNITS);
        Tensor W = scope.parameter("W", UNITS, ISO.size());
        Cell<Tensor> cell = gru(UNITS).cell(scope.child("cell"), 16 + 2 * UNITS);
        return (ids, state) -> {
            Tensor memory = state.get(1);
            Tensor query = state.get(0).matmul(Q).expandDims(2);
            Tensor weights = memory.matmul(query).softmax(1);
            attention.add(weights.squeeze(2));
            Tensor seen = weights.mul(memory).sum(1);
            Tensor h = cell.step(Tensor.concat(1, E.gather(ids), seen), state.get(0));
            return new Decoder.Step<>(h.matmul(W), List.of(h, memory));
        };
    }

    /** The first state: the end of the way back, and what is attended to. */
    private List<Tensor> encoded(Scope scope, Tensor x) {
        Tensor memory = scope.apply("encoder", encoder, x);
        return List.of(memory.select(1, 0).slice(1, UNITS, 2 * UNITS), memory);
    }

    @Override
    public XYChart run(Findings findings) {
        RandomGenerator rng = new Well19937c(12);
        Layer net = (scope, input) -> x -> TeacherForcing.ofIds(scope.input("before", x, LENGTH))
                .over(encoded(scope, x), decoder(scope.child("decoder"), new ArrayList<>()));
        Model model = Sequential.of(net.named("net"), activation("softmax")).build(Shape.of(WIDTH), 12, DType.FLOAT32);
        Training.of(model)
                .loss(categoricalCrossEntropy().ofIds(ISO.size()))
                .optimizer(adam(0.02))
                .schedule(perUpdate(warmUp(20, cosine())))
                .clipNorm(1)
                .epochs(1)
                .fit(draw(rng, 7200, false));
        Dataset unseen = draw(rng, 500, true);
        Scope scope = Scope.of(model.parameters()).child("net");
        List<Tensor> attention = new ArrayList<>();
        List<Tensor> read = encoded(scope, unseen.x().to(DType.FLOAT32));
        Decoding decoding =
                Decoding.of(read, decoder(scope.child("decoder"), attention)).vocabulary(ISO);
        List<Decoded> found = decoding.atMost(LENGTH).greedy();
        int wrong = 0;
        for (int i = 0; i < unseen.size(); i++) {
            boolean right = ISO.decode(found.get(i).ids())
                    .equals(ISO.decode(unseen.y().select(0, i).squeeze(1)));
            wrong += right ? 0 : 1;
        }
        String from = HUMAN.decode(unseen.x().select(0, 0));
        String to = ISO.decode(found.get(0).ids());
        findings.tell("%s is %s", from.strip(), to);
        findings.proveBelow("dates of 500 unseen ones that are wrong", wrong, 11);
        Tensor ofFirst = Tensor.stack(0, attention.subList(0, to.length())).select(1, 0);
        return Charts.matrix("Where a decoder looks while it writes a date", from, to, ofFirst);
    }
}

package rewind.examples;

import java.util.Arrays;
import org.apache.commons.math3.distribution.EnumeratedIntegerDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.data.Vocabulary;
import rewind.nn.layer.Pass;

/**
 * Writes with a network that tells for every character how likely each one is to follow.
 *
 * @param letters the characters that the network knows
 */
record Writer(Model model, Vocabulary letters) {
    /**
     * Returns what follows a text: each character c is drawn with a probability proportional to p(c)^(1/temperature), and read in turn.
     */
    String write(String text, int count, double temperature, RandomGenerator rng) {
        int[] written = new int[count];
        int[] read = letters.encode(text);
        Pass pass = Pass.inference();
        for (int i = 0; i < count; i++) {
            Tensor scores = model.scores(model.parameters(), batch(read), pass).select(0, 0);
            Tensor last = scores.select(0, read.length - 1).to(DType.FLOAT64);
            written[i] = draw(last.div(temperature).softmax(0), rng);
            read = new int[] {written[i]};
            pass = Pass.inference().continuing(pass); // the states tell of all that was read before
        }
        return letters.decode(written);
    }

    private static Tensor batch(int... ids) {
        return Tensor.of(
                Shape.of(1, ids.length), Arrays.stream(ids).asDoubleStream().toArray());
    }

    private static int draw(Tensor probabilities, RandomGenerator rng) {
        int[] all = MathArrays.natural(probabilities.size());
        return new EnumeratedIntegerDistribution(rng, all, probabilities.toArray()).sample();
    }
}

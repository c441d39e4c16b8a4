package rewind.examples.research;

import java.util.Locale;
import java.util.function.Supplier;
import org.knowm.xchart.XYChart;

/** All programs of the gallery. */
public enum Gallery implements Experiment {
    HMM(HiddenMarkov::new, "a hidden Markov model, of which posteriors and expected transitions are gradients"),
    KALMAN(KalmanFilter::new, "the likelihood of a state space model of the Nile, its maximum, and standard errors"),
    HEAT(HeatEquation::new, "the heat equation solved by a network that sees nothing but the equation"),
    MAML(MetaLearning::new, "parameters from which one step learns a new sine, by gradients through that step"),
    MIXTURE(MixtureDensity::new, "a density of two answers to one question, learnt by a mixture"),
    ODE(NeuralOde::new, "the dynamics of a spiral, by back-propagation and by the adjoint equation"),
    PROCESS(GaussianProcess::new, "a Gaussian process whose kernel is found by gradients through a Cholesky factor"),
    CTC(Transcription::new, "labels of which nobody knows the steps, against all alignments"),
    GAPS(SeriesWithGaps::new, "a series of which half is missing, predicted nearly as well as can be known"),
    RAGGED(RaggedSeries::new, "a convolution and a transformer block on series of any length"),
    TEXT(MarkovText::new, "a character model with one table for input and output reaches the entropy of its source"),
    DATES(DateAttention::new, "dates as people write them into those of ISO, by a decoder that attends to characters"),
    VAE(
            SeriesAutoencoder::new,
            "a variational autoencoder of series, whose evidence bound lies just below the likelihood that is known");

    private final Supplier<Experiment> program;
    private final String shows;

    Gallery(Supplier<Experiment> program, String shows) {
        this.program = program;
        this.shows = shows;
    }

    /** Returns what it shows, in a line. */
    public String shows() {
        return shows;
    }

    @Override
    public XYChart run(Findings findings) {
        return program.get().run(findings);
    }

    /** Returns the name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package rewind.nn;

import rewind.nn.loss.ClassMetrics;
import rewind.nn.loss.ErrorMetrics;
import rewind.nn.loss.Metric;

/**
 * The usual metrics, for static import.
 *
 * <p><b>Classification.</b> Classes lie along the last axis of the outputs and targets, (samples, classes), as probabilities, one-hot or
 * any scores; the class is the one with the largest value, the first if several are. One column, (samples, 1) or (samples), holds
 * probabilities of class 1 against class 0; more than 0.5 is class 1, and 0.5 itself class 0, as in EpyNN. Axes between, such as the steps
 * of a sequence, count as samples. For any number of classes, the metrics below tell one of them, the positive class, from all others:
 * tp and fp are how many samples are taken for it rightly and wrongly, tn and fn how many are rightly and wrongly not. The positive class
 * is 1 unless given; EpyNN's is 0. The name of a metric with another than class 1 tells the class, as in {@code recall(0)}.
 *
 * <p>0/0 is NaN, and so is every metric of outputs or targets with a NaN among them. All throw {@link IllegalArgumentException} if the
 * target does not have the shape of the output, if there is no axis of samples or no class, if the positive class is not among the
 * classes, or if targets of one column are not from 0 to 1.
 */
public final class Metrics {
    private Metrics() {}

    /** The fraction of the samples whose class is right. */
    public static Metric accuracy() {
        return ClassMetrics.accuracy();
    }

    /** Recall, tp/(tp + fn): how much of class 1 is found. */
    public static Metric recall() {
        return recall(1);
    }

    /** As {@link #recall()}, of another class. */
    public static Metric recall(int positive) {
        return ClassMetrics.of("recall", positive, n -> n.tp() / (n.tp() + n.fn()));
    }

    /** Precision, tp/(tp + fp): how much of what is taken for class 1 is of it. */
    public static Metric precision() {
        return precision(1);
    }

    /** As {@link #precision()}, of another class. */
    public static Metric precision(int positive) {
        return ClassMetrics.of("precision", positive, n -> n.tp() / (n.tp() + n.fp()));
    }

    /** F-score, tp/(tp + (fp + fn)/2): the harmonic mean of recall and precision. */
    public static Metric fScore() {
        return fScore(1);
    }

    /** As {@link #fScore()}, of another class. */
    public static Metric fScore(int positive) {
        return ClassMetrics.of("fScore", positive, n -> n.tp() / (n.tp() + (n.fp() + n.fn()) / 2));
    }

    /** Specificity, tn/(tn + fp): how much of what is not of class 1 is not taken for it. */
    public static Metric specificity() {
        return specificity(1);
    }

    /** As {@link #specificity()}, of another class. */
    public static Metric specificity(int positive) {
        return ClassMetrics.of("specificity", positive, n -> n.tn() / (n.tn() + n.fp()));
    }

    /** Negative predictive value, tn/(tn + fn): how much of what is not taken for class 1 is not of it. */
    public static Metric negativePredictiveValue() {
        return negativePredictiveValue(1);
    }

    /** As {@link #negativePredictiveValue()}, of another class. */
    public static Metric negativePredictiveValue(int positive) {
        return ClassMetrics.of("negativePredictiveValue", positive, n -> n.tn() / (n.tn() + n.fn()));
    }

    /** Root mean squared error, √(Σ(Y − A)²/n) over all n outputs of all samples. */
    public static Metric rootMeanSquaredError() {
        return ErrorMetrics.rootMeanSquaredError();
    }
}

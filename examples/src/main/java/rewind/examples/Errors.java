package rewind.examples;

import rewind.autograd.Tensor;

/**
 * The errors of forecasts of one column, by how many values ahead they are.
 *
 * @param squares their squares summed: the first of the forecasts one value ahead
 * @param counts how many there are
 */
record Errors(double[] squares, int[] counts) {
    Errors(int ahead) {
        this(new double[ahead], new int[ahead]);
    }

    /** Returns the errors of forecasts of a column by {@link Forecaster}, (samples, ahead, columns), the first being of the row {@code from}. */
    static Errors of(Tensor forecasts, Tensor values, int column, int from, int end) {
        Tensor chosen = forecasts.select(2, column);
        Errors errors = new Errors(chosen.size(1));
        errors.add(chosen.toRows(), values.select(1, column).toArray(), from, end);
        return errors;
    }

    /** Adds forecasts from the rows {@code from}, {@code from} + 1, … on, so far as what they forecast lies before {@code end} and is not NaN. */
    void add(double[][] forecasts, double[] values, int from, int end) {
        for (int i = 0; i < forecasts.length; i++) {
            for (int k = 0; k < forecasts[i].length && from + i + k < end; k++) {
                double error = forecasts[i][k] - values[from + i + k];
                if (!Double.isNaN(values[from + i + k])) {
                    squares[k] += error * error;
                    counts[k]++;
                }
            }
        }
    }

    /** Returns the root mean square error that many values ahead; NaN if there was nothing to forecast. */
    double rootMeanSquare(int ahead) {
        return Math.sqrt(squares[ahead - 1] / counts[ahead - 1]);
    }

    /** Returns the logarithm of the root mean square error, its mean over all distances. */
    double logarithm() {
        double sum = 0;
        int distances = 0;
        for (int k = 0; k < squares.length; k++) {
            if (counts[k] > 0) {
                sum += Math.log(squares[k] / counts[k]) / 2;
                distances++;
            }
        }
        return sum / distances;
    }
}

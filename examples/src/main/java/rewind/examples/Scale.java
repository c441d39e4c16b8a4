package rewind.examples;

import java.util.Arrays;

/** A scale on which a column is forecast: its own, or the logarithmic one, on which growth by a factor is growth by a summand. */
sealed interface Scale permits Scale.Own, Scale.Logarithm {
    /** Returns a value of the column on this scale. */
    double of(double value);

    /** Returns the value of the column that a value on this scale means. */
    double invert(double scaled);

    /** Returns values of the column on this scale. */
    default double[] of(double[] values) {
        return Arrays.stream(values).map(this::of).toArray();
    }

    /** The scale of the column. */
    record Own() implements Scale {
        @Override
        public double of(double value) {
            return value;
        }

        @Override
        public double invert(double scaled) {
            return scaled;
        }
    }

    /**
     * The natural logarithm. Values less than half the least one that was trained on, which may be negative later, count as that half.
     *
     * @param least the least value to train on, positive
     */
    record Logarithm(double least) implements Scale {
        /** Returns the scale for values to train on, which must be positive. */
        static Logarithm fitted(double... training) {
            return new Logarithm(Arrays.stream(training).min().orElseThrow());
        }

        @Override
        public double of(double value) {
            return Math.log(Math.max(value, least / 2));
        }

        @Override
        public double invert(double scaled) {
            return Math.exp(scaled);
        }
    }
}

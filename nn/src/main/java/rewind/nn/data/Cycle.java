package rewind.nn.data;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** What returns in the calendar, as features to forecast from. */
public enum Cycle {
    /** From one first of January to the next. */
    YEAR {
        @Override
        LocalDate start(LocalDate date) {
            return date.withDayOfYear(1);
        }

        @Override
        LocalDate next(LocalDate start) {
            return start.plusYears(1);
        }
    },

    /** From the first of one month to that of the next. */
    MONTH {
        @Override
        LocalDate start(LocalDate date) {
            return date.withDayOfMonth(1);
        }

        @Override
        LocalDate next(LocalDate start) {
            return start.plusMonths(1);
        }
    },

    /** From Monday to Monday. */
    WEEK {
        @Override
        LocalDate start(LocalDate date) {
            return date.minusDays(date.getDayOfWeek().getValue() - 1L);
        }

        @Override
        LocalDate next(LocalDate start) {
            return start.plusDays(7);
        }
    },

    /** From midnight to midnight. */
    DAY {
        @Override
        LocalDate start(LocalDate date) {
            return date;
        }

        @Override
        LocalDate next(LocalDate start) {
            return start.plusDays(1);
        }
    };

    abstract LocalDate start(LocalDate date);

    abstract LocalDate next(LocalDate start);

    /**
     * Returns how much of the cycle has gone by, from 0 to less than 1: of the year, 0 on the first of January.
     *
     * @param days since 1970-01-01, see {@link Dates}
     * @throws IllegalArgumentException as {@link Dates#ofDays(double)}
     */
    public double phase(double days) {
        LocalDate start = start(Dates.ofDays(days).toLocalDate());
        double gone = Math.max(
                0, days - start.toEpochDay()); // a time within half a millisecond of midnight is the next day's
        return gone / ChronoUnit.DAYS.between(start, next(start));
    }

    /**
     * Returns sin 2πφ and cos 2πφ of the phase φ, so that its end is near its beginning, (times, 2).
     *
     * @param days since 1970-01-01 of any shape, read row by row
     * @throws IllegalArgumentException as {@link Dates#ofDays(double)}
     */
    public Tensor features(Tensor days) {
        double[] times = days.toArray();
        Shape shape = Shape.of(times.length, 2);
        double[] features = new double[shape.size()];
        for (int i = 0; i < times.length; i++) {
            double angle = angle(times[i]);
            features[2 * i] = StrictMath.sin(angle);
            features[2 * i + 1] = StrictMath.cos(angle);
        }
        return Tensor.of(shape, features);
    }

    double angle(double days) {
        return 2 * Math.PI * phase(days);
    }
}

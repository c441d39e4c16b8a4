package rewind.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rewind.benchmarks.systems.Stepping;

/** Times the training steps of several systems in turns, so that whatever else the machine does meets all of them. */
public final class Alternation {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int WINDOWS = 4;

    private final Plan plan;

    /** Makes a measurement of such a length. */
    public Alternation(Plan plan) {
        this.plan = plan;
    }

    /**
     * How long to measure.
     *
     * @param warmUp seconds before anything counts, at least; more until times no longer fall
     * @param repetition seconds of one repetition, at least one step
     * @param repetitions number of repetitions, of which the median counts
     * @param atMost seconds of all repetitions; the fewer they are for long steps, but nine
     */
    public record Plan(double warmUp, double repetition, int repetitions, double atMost) {
        private static final int FEWEST = 9;

        static Plan of(boolean quick) {
            return quick
                    ? new Plan(1.5, 0.05, FEWEST, Double.POSITIVE_INFINITY)
                    : new Plan(6, 0.2, 11, Double.POSITIVE_INFINITY);
        }

        /** Many short repetitions, for differences of a few per cent between two of a kind. */
        public static Plan ofTwo(boolean quick) {
            return quick ? new Plan(1.5, 0.005, 60, 1) : new Plan(4, 0.01, 200, 8);
        }

        /** As this plan, for code that is compiled already. */
        Plan warm() {
            return new Plan(warmUp / 2, repetition, repetitions, atMost);
        }

        /** How many repetitions there are of systems whose steps take so many seconds. */
        private int repetitions(double... seconds) {
            double all = Arrays.stream(seconds)
                    .map(step -> Math.max(step, repetition))
                    .sum();
            return (int) Math.min(repetitions, Math.max(FEWEST, atMost / all));
        }

        /** How many steps make a repetition. */
        private int steps(double seconds) {
            return (int) Math.max(1, Math.ceil(repetition / seconds));
        }
    }

    /**
     * The time of a training step.
     *
     * @param median seconds, the median of the repetitions
     * @param lowerQuartile seconds, a quarter of the repetitions is as fast
     * @param fastest seconds, of the fastest repetition
     * @param slowest seconds, of the slowest repetition
     * @param cores processor time of the JVM, and of the one that the system has for itself, per elapsed time
     */
    public record Timing(double median, double lowerQuartile, double fastest, double slowest, double cores) {}

    /**
     * The times of a measurement.
     *
     * @param systems the systems' times, in their order
     * @param others how many processors' time other processes took meanwhile, as far as this JVM can see them
     */
    public record Times(List<Timing> systems, double others) {}

    /** Measures the systems. */
    public Times time(List<? extends Stepping> systems) {
        double[] seconds = systems.stream().mapToDouble(this::warmUp).toArray();
        int repetitions = plan.repetitions(seconds);
        List<Runs> runs = new ArrayList<>();
        for (int i = 0; i < seconds.length; i++) {
            runs.add(new Runs(systems.get(i), repetitions, plan.steps(seconds[i])));
        }
        SYSTEM.getCpuLoad(); // from here on
        long busyBefore = processorTime(systems);
        long start = System.nanoTime();
        for (int repetition = 0; repetition < repetitions; repetition++) {
            for (int i = 0; i < runs.size(); i++) {
                runs.get((repetition + i) % runs.size()).repeat(repetition);
            }
        }
        double all = SYSTEM.getCpuLoad() * SYSTEM.getAvailableProcessors();
        double own = (double) (processorTime(systems) - busyBefore) / (System.nanoTime() - start);
        return new Times(runs.stream().map(Runs::timing).toList(), Math.max(0, all - own));
    }

    /** The processor time of this JVM and of those that the systems have. */
    private static long processorTime(List<? extends Stepping> systems) {
        return SYSTEM.getProcessCpuTime()
                + systems.stream().mapToLong(Stepping::processorTimeElsewhere).sum();
    }

    /** Runs a system until its time no longer falls; returns the seconds of a step. */
    private double warmUp(Stepping system) {
        double best = Double.POSITIVE_INFINITY;
        double last = 0;
        for (int window = 0; window < WINDOWS || (last < 0.95 * best && window < 4 * WINDOWS); window++) {
            best = window == 0 ? best : Math.min(best, last);
            last = secondsPerStep(system, plan.warmUp() / WINDOWS);
        }
        return Math.min(best, last);
    }

    private static double secondsPerStep(Stepping system, double atLeast) {
        long start = System.nanoTime();
        int steps = 0;
        double seconds;
        do {
            system.step();
            steps++;
            seconds = (System.nanoTime() - start) / 1e9;
        } while (seconds < atLeast);
        return seconds / steps;
    }

    /** The repetitions of one system. */
    private static final class Runs {
        private final Stepping system;
        private final int steps;
        private final double[] seconds;
        private long elapsed;
        private long busy;

        Runs(Stepping system, int repetitions, int steps) {
            this.system = system;
            this.steps = steps;
            this.seconds = new double[repetitions];
        }

        void repeat(int repetition) {
            long busyBefore = processorTime(List.of(system));
            long start = System.nanoTime();
            system.steps(steps);
            long time = System.nanoTime() - start;
            busy += processorTime(List.of(system)) - busyBefore;
            elapsed += time;
            seconds[repetition] = time / 1e9 / steps;
        }

        Timing timing() {
            return new Timing(
                    Statistics.median(seconds),
                    Statistics.lowerQuartile(seconds),
                    Arrays.stream(seconds).min().orElseThrow(),
                    Arrays.stream(seconds).max().orElseThrow(),
                    (double) busy / elapsed);
        }
    }
}

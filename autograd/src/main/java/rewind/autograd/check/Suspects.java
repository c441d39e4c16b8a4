package rewind.autograd.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.Trace.Recorded;

/**
 * Looks for the mistake in a derivation of a whole function: repeats the reverse sweep with one rule changed in one of the usual ways,
 * in all steps of a loop or in one, until it gives what the derivation gives.
 */
final class Suspects {
    /** How many rules are applied at most, in all sweeps together. */
    private static final long EFFORT = 3_000_000;

    private final Trace trace;
    private final Unrolling unrolling;
    private final Tensor dy;
    private final List<Tensor> derivation;
    private final double precision;

    /**
     * @param dy the cotangent of the result
     * @param derivation what the derivation gives for it, per input of the trace
     */
    Suspects(Trace trace, Tensor dy, List<Tensor> derivation) {
        this.trace = trace;
        this.unrolling = new Unrolling(trace);
        this.dy = dy;
        this.derivation = derivation;
        this.precision = StrictMath.pow(dy.dtype().epsilon(), 0.4);
    }

    /** How a rule was changed. */
    private enum Slip {
        SIGN("with the sign turned in"),
        DROPPED("without"),
        UNSUMMED("with only index 0 of the axes that are summed over in"),
        TRANSPOSED("with a transpose missing in"),
        NEXT("off by one step, with the operands of the next one, in"),
        PREVIOUS("off by one step, with the operands of the one before, in");

        private final String words;

        Slip(String words) {
            this.words = words;
        }
    }

    /** Describes the change that explains the derivation, if there is one. */
    Optional<String> find() {
        if (trace.position() < 0) {
            return Optional.empty();
        }
        long sweeps = EFFORT / Math.max(1, trace.operations().size());
        for (boolean everywhere : new boolean[] {true, false}) {
            for (Slip change : Slip.values()) {
                for (List<Recorded> place : unrolling.places()) {
                    for (Suspect suspect : suspects(place, change, everywhere)) {
                        if (sweeps-- <= 0) {
                            return Optional.empty();
                        }
                        if (explains(suspect)) {
                            return Optional.of(describe(suspect, place));
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * A changed rule.
     *
     * @param operations where it is changed
     * @param place the same operation in all steps
     */
    private record Suspect(Slip change, Set<Recorded> operations, List<Recorded> place, int argument) {}

    private List<Suspect> suspects(List<Recorded> place, Slip change, boolean everywhere) {
        List<Suspect> suspects = new ArrayList<>();
        boolean neighbours = change == Slip.NEXT || change == Slip.PREVIOUS;
        if (place.size() < (everywhere ? 1 : 2) || (neighbours && place.size() == 1)) {
            return suspects;
        }
        for (int i = 0; i < place.get(0).inputs().size(); i++) {
            if (!isPossible(change, place.get(0), i)) {
                continue;
            }
            if (everywhere) {
                suspects.add(new Suspect(change, Set.copyOf(place), place, i));
            } else {
                for (Recorded op : place) {
                    suspects.add(new Suspect(change, Set.of(op), place, i));
                }
            }
        }
        return suspects;
    }

    private static boolean isPossible(Slip change, Recorded op, int argument) {
        return switch (change) {
            case TRANSPOSED -> others(op, argument).findAny().isPresent();
            case UNSUMMED -> repeated(op, argument).findAny().isPresent();
            default -> true;
        };
    }

    /** The axes of a result along which an argument is repeated; none if it is not broadcast to that shape. */
    private static IntStream repeated(Recorded op, int argument) {
        Shape result = op.value().shape();
        Shape input = op.inputs().get(argument).shape();
        int more = result.rank() - input.rank();
        boolean broadcast = more >= 0
                && IntStream.range(0, input.rank())
                        .allMatch(axis -> input.size(axis) == 1 || input.size(axis) == result.size(axis + more));
        return IntStream.range(0, broadcast ? result.rank() : 0)
                .filter(axis -> result.size(axis) > 1 && (axis < more || input.size(axis - more) == 1));
    }

    /** What arrives, with zeros everywhere but at the first index of those axes. */
    private static Tensor first(Recorded op, int argument, Tensor arrived) {
        Shape result = op.value().shape();
        int[] repeated = repeated(op, argument).toArray();
        double[] values = arrived.toArray();
        for (int i = 0; i < values.length; i++) {
            int position = i;
            boolean later = IntStream.of(repeated).anyMatch(axis -> Jacobian.index(result, position, axis) > 0);
            values[i] = later ? 0 : values[i];
        }
        return Tensor.of(result, values).to(arrived.dtype());
    }

    /** The square operands beside an argument, by which a product may have been transposed. */
    private static IntStream others(Recorded op, int argument) {
        return IntStream.range(0, op.inputs().size())
                .filter(other -> other != argument
                        && op.op().toLowerCase(Locale.ROOT).contains("matmul")
                        && Pattern.isSquare(op.inputs().get(other).shape()));
    }

    /** Whether the sweep with a changed rule gives what the derivation gives. */
    private boolean explains(Suspect suspect) {
        Tensor[] cotangents = new Tensor[trace.size()];
        cotangents[trace.position()] = dy;
        List<Recorded> operations = trace.operations();
        for (int k = operations.size() - 1; k >= 0; k--) {
            Recorded op = operations.get(k);
            Tensor arrived = cotangents[op.position()];
            for (int i = 0; arrived != null && i < op.inputs().size(); i++) {
                int from = op.from().get(i);
                if (from >= 0) {
                    boolean changed = i == suspect.argument && suspect.operations.contains(op);
                    Tensor dx = changed ? changed(suspect, op, arrived) : op.pullBack(i, arrived);
                    cotangents[from] = cotangents[from] == null ? dx : cotangents[from].add(dx);
                }
            }
        }
        return IntStream.range(0, derivation.size()).allMatch(i -> isNear(cotangents[i], derivation.get(i)));
    }

    private boolean isNear(Tensor cotangent, Tensor given) {
        Tensor value = cotangent == null ? Tensor.zeros(given.dtype(), given.shape()) : cotangent;
        Jacobian swept = Jacobian.ofGradient(value);
        return swept.isNear(Jacobian.ofGradient(given), precision);
    }

    private static Tensor changed(Suspect suspect, Recorded op, Tensor arrived) {
        int i = suspect.argument;
        return switch (suspect.change) {
            case SIGN -> op.pullBack(i, arrived).neg();
            case DROPPED -> op.pullBack(i, arrived).mul(0);
            case UNSUMMED -> op.pullBack(i, first(op, i, arrived));
            case TRANSPOSED -> transposed(op, i, arrived);
            case NEXT -> neighbour(suspect, op, 1).pullBack(i, arrived);
            case PREVIOUS -> neighbour(suspect, op, -1).pullBack(i, arrived);
        };
    }

    /** The same operation one step later or earlier; itself at the ends. */
    private static Recorded neighbour(Suspect suspect, Recorded op, int by) {
        int turn = suspect.place.indexOf(op) + by;
        return turn < 0 || turn >= suspect.place.size() ? op : suspect.place.get(turn);
    }

    /** Jᵀ·dy of a product with a square factor transposed; it is linear, so that one large difference is exact. */
    private static Tensor transposed(Recorded op, int argument, Tensor arrived) {
        List<Tensor> operands =
                LocalRules.transposed(op, others(op, argument).findFirst().orElseThrow());
        Jacobian jacobian = Jacobian.byDifferences(op, operands, argument);
        double[] dy = arrived.toArray();
        double[] dx = new double[op.inputs().get(argument).size()];
        for (int i = 0; i < dy.length; i++) {
            for (int j = 0; j < dx.length; j++) {
                dx[j] += dy[i] * jacobian.rows()[i][j];
            }
        }
        return Tensor.of(op.inputs().get(argument).shape(), dx).to(arrived.dtype());
    }

    private String describe(Suspect suspect, List<Recorded> place) {
        Recorded op =
                suspect.operations.size() == 1 ? suspect.operations.iterator().next() : place.get(0);
        boolean everywhere = place.size() > 1 && suspect.operations.size() == place.size();
        String where = everywhere ? "in every step" : LocalRules.where(op, trace, unrolling);
        return "the derivation is what reverse mode gives " + suspect.change.words + " the rule of "
                + LocalRules.text(op, suspect.argument, where);
    }
}

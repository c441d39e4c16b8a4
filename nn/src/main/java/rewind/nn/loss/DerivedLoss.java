package rewind.nn.loss;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Pass;

/**
 * A loss that is computed by another one, of its outputs or of its scores alike, so that it is as exact.
 *
 * @param each the other one
 * @param name what follows its name
 * @param change what is different
 */
record DerivedLoss(Loss each, String name, Difference change) implements ScoresLoss {
    /** What is different. */
    interface Difference {
        /**
         * Returns one value per sample.
         *
         * @param last the activation that the scores are for
         * @param loss the other loss, of scores and targets
         */
        default Tensor perSample(Activation last, BinaryOperator<Tensor> loss, Tensor scores, Tensor target) {
            return loss.apply(scores, target);
        }

        /** What a pass makes of the values. */
        default Tensor inPass(Tensor perSample, Pass pass) {
            return perSample;
        }

        default Optional<String> objection(Loss each, double... target) {
            return each.objection(target);
        }

        default Tensor expected(Tensor target) {
            return target;
        }

        default Tensor reduce(Loss each, Tensor perSample) {
            return each.reduce(perSample);
        }
    }

    @Override
    public Tensor perSample(Activation last, Tensor scores, Tensor target) {
        return perSample(last, scores, target, Pass.inference());
    }

    @Override
    public Tensor perSample(Activation last, Tensor scores, Tensor target, Pass pass) {
        LossCall.requireTargets(this, target);
        Tensor values =
                change.perSample(last, (part, expected) -> each.perSample(last, part, expected, pass), scores, target);
        return change.inPass(values, pass);
    }

    @Override
    public Optional<String> objection(double... target) {
        return change.objection(each, target);
    }

    @Override
    public Tensor expected(Tensor target) {
        return each.expected(change.expected(target));
    }

    @Override
    public Tensor reduce(Tensor perSample) {
        return change.reduce(each, perSample);
    }

    /** What a class is, the innermost loss knows. */
    @Override
    public Loss smoothed(double epsilon) {
        return new DerivedLoss(each.smoothed(epsilon), name, change);
    }

    @Override
    public String toString() {
        return each + " " + name;
    }

    // ---- changes ----

    static Loss summed(Loss each) {
        return new DerivedLoss(each, "summed", new Difference() {
            @Override
            public Tensor reduce(Loss loss, Tensor perSample) {
                return perSample.sum();
            }
        });
    }

    static Loss times(Loss each, double factor) {
        Check.that(Double.isFinite(factor), "times: the factor must be finite, got %s", factor);
        return new DerivedLoss(each, "times " + factor, new Difference() {
            @Override
            public Tensor perSample(Activation last, BinaryOperator<Tensor> loss, Tensor scores, Tensor target) {
                return loss.apply(scores, target).mul(factor);
            }
        });
    }

    static Loss scheduled(Loss each, ToDoubleFunction<Pass.TrainingPlace> during, double inUse) {
        return new DerivedLoss(each, "times a scheduled factor", new Difference() {
            @Override
            public Tensor inPass(Tensor perSample, Pass pass) {
                return perSample.mul(pass.scheduled(perSample, during, inUse));
            }
        });
    }

    static Loss smoothed(Loss each, double epsilon, ClassCount classes) {
        Check.that(epsilon >= 0 && epsilon <= 1, "smoothed: epsilon must be from 0 to 1, got %s", epsilon);
        return new DerivedLoss(each, "smoothed " + epsilon, new Difference() {
            @Override
            public Tensor perSample(Activation last, BinaryOperator<Tensor> loss, Tensor scores, Tensor target) {
                Check.that(target.rank() >= 1, "smoothed: targets must have a batch axis, got the shape []");
                return loss.apply(scores, target.mul(1 - epsilon).add(epsilon / classes.of(last, target)));
            }
        });
    }

    static Loss ofIds(Loss each, int classes) {
        Check.that(classes >= 2, "ofIds: there must be at least two classes, got %s", classes);
        return new DerivedLoss(each, "of ids of " + classes + " classes", new Difference() {
            @Override
            public Tensor perSample(Activation last, BinaryOperator<Tensor> loss, Tensor scores, Tensor target) {
                return loss.apply(scores, expected(target));
            }

            @Override
            public Tensor expected(Tensor target) {
                Check.that(
                        target.rank() == 1 || (target.rank() > 1 && target.size(-1) == 1),
                        "ofIds: targets must be (batch) or a last column (batch, …, 1) of numbers of classes, got the shape %s",
                        target.shape());
                Tensor ids = target.rank() == 1 ? target : target.squeeze(-1);
                return ids.oneHot(classes);
            }

            @Override
            public Optional<String> objection(Loss loss, double... target) {
                double id = target[0];
                return Outputs.objectionUnless(
                        target.length == 1 && id >= 0 && id < classes && id == Math.rint(id),
                        "ofIds: targets must be the number of a class, 0 to " + (classes - 1));
            }
        });
    }

    /** Of how many classes a target is one. */
    interface ClassCount {
        int of(Activation last, Tensor target);
    }

    static Loss weighted(Loss each, double... ofClasses) {
        double[] weights = ofClasses.clone();
        Check.that(
                weights.length >= 2 && Arrays.stream(weights).allMatch(w -> w >= 0 && Double.isFinite(w)),
                "weighted: there must be a weight for each of two classes or more, finite and not negative, got %s",
                Arrays.toString(weights));
        return new DerivedLoss(each, "weighted " + Arrays.toString(weights), new Difference() {
            @Override
            public Tensor perSample(Activation last, BinaryOperator<Tensor> loss, Tensor scores, Tensor target) {
                return ofRows(loss, scores, target, rows -> classWeights(rows, weights));
            }

            @Override
            public Optional<String> objection(Loss loss, double... target) {
                boolean fits = target.length == 1 ? weights.length == 2 && isShare(target[0]) : areShares(target);
                return fits
                        ? loss.objection(target)
                        : Optional.of("weighted: targets must be probabilities of " + weights.length
                                + " classes that sum to 1, one per weight");
            }

            private boolean areShares(double... target) {
                return target.length == weights.length
                        && Probabilities.isOne(Arrays.stream(target).sum());
            }

            private boolean isShare(double y) {
                return y >= 0 && y <= 1;
            }
        });
    }

    /** Σ_k w_k Y_k of every row. */
    private static Tensor classWeights(Tensor rows, double... weights) {
        if (rows.rank() == 1 || rows.size(1) == 1) {
            requireClasses(2, weights);
            Tensor ofOne = rows.reshape(rows.size(0));
            return ofOne.mul(weights[1] - weights[0]).add(weights[0]);
        }
        requireClasses(rows.size(1), weights);
        return rows.mul(Tensor.of(weights).to(rows.dtype())).sum(1);
    }

    private static void requireClasses(int classes, double... weights) {
        Check.that(
                classes == weights.length,
                "weighted: there must be one weight per class, got %s for targets of %s classes",
                Arrays.toString(weights),
                classes);
    }

    static Loss weightedByLastColumn(Loss each) {
        return new DerivedLoss(each, "weighted by the last column", new Difference() {
            @Override
            public Tensor perSample(Activation last, BinaryOperator<Tensor> loss, Tensor scores, Tensor target) {
                int columns = columns(target);
                return ofRows(
                        (rows, both) -> loss.apply(rows, both.slice(1, 0, columns)),
                        scores,
                        target,
                        both -> both.select(1, columns));
            }

            @Override
            public Tensor expected(Tensor target) {
                return target.slice(-1, 0, columns(target));
            }

            @Override
            public Optional<String> objection(Loss loss, double... target) {
                int columns = target.length - 1;
                return columns < 1 || !(target[columns] >= 0)
                        ? Optional.of(
                                "weightedByLastColumn: targets must have a last column that is a weight, not negative")
                        : loss.objection(Arrays.copyOf(target, columns));
            }
        });
    }

    private static int columns(Tensor target) {
        Check.that(
                target.rank() >= 2 && target.size(-1) >= 2,
                "weightedByLastColumn: targets must be (batch, …, columns) with a weight as last column, got the shape %s",
                target.shape());
        return target.size(-1) - 1;
    }

    /** A loss of every row along the last axis by itself, times the weight of its target; the mean over the rows of a sample. */
    private static Tensor ofRows(
            BinaryOperator<Tensor> loss, Tensor scores, Tensor target, UnaryOperator<Tensor> weights) {
        Tensor rows = rows(target);
        Tensor scoresOfRows = rows(scores);
        Check.that(
                scoresOfRows.size(0) == rows.size(0),
                "weighted: outputs must have as many rows as targets, got the shapes %s and %s",
                scores.shape(),
                target.shape());
        Tensor values = OnePerSample.require(loss.apply(scoresOfRows, rows), scoresOfRows)
                .mul(weights.apply(rows));
        int[] between = IntStream.range(1, target.rank() - 1).toArray();
        return between.length == 0 ? values : values.reshape(rowSizes(target)).mean(between);
    }

    /** (batch, …, columns) as (rows, columns). */
    private static Tensor rows(Tensor values) {
        return values.rank() <= 2
                ? values
                : values.reshape(Arrays.stream(rowSizes(values)).reduce(1, Math::multiplyExact), values.size(-1));
    }

    /** The sizes of all axes but the last. */
    private static int[] rowSizes(Tensor values) {
        return Arrays.copyOf(values.shape().toArray(), values.rank() - 1);
    }
}

package rewind.nn.train.loop;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.data.DataSource;
import rewind.nn.data.Dataset;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.loss.SummedMetric;
import rewind.nn.loss.TargetRows;

/** Makes data ready for a model and a loss, which then need not look at every number again and again. */
record DataCheck(DType dtype, Loss loss, Map<String, Loss> namedLosses, List<Metric> metrics) {
    private static final Logger LOG = System.getLogger(DataCheck.class.getName());
    private static final double[] QUANTITY = {2}; // which is no probability

    /** A dataset is looked at once, another source batch by batch. */
    DataSource of(DataSource data) {
        if (data instanceof Dataset whole) {
            Dataset ready = ofBatch(whole);
            warnOfQuantities(ready.y());
            return ready;
        }
        return data.map(this::ofBatch);
    }

    /** What lies between 0 and 1 may be a probability or a quantity; with a loss that takes any quantity the latter is likely. */
    private void warnOfQuantities(Tensor y) {
        boolean oneColumn = TargetRows.length(y) == 1;
        Optional<Metric> ofClasses = metrics.stream()
                .filter(metric -> metric instanceof SummedMetric summed && summed.ofClasses())
                .findFirst();
        if (oneColumn && ofClasses.isPresent() && loss.objection(QUANTITY).isEmpty()) {
            Arrays.stream(y.toArray())
                    .filter(target -> target > 0 && target < 1)
                    .findFirst()
                    .ifPresent(target -> LOG.log(
                            Level.WARNING,
                            ofClasses.get().name() + ": a target is " + target
                                    + ", and classes are told apart at 0.5; if targets are quantities, rootMeanSquaredError()"
                                    + " tells how good they are met"));
        }
    }

    /**
     * The data in the element type, with zeros for padding.
     *
     * @throws IllegalArgumentException naming the first number that is NaN or infinite, or the first target that the loss cannot take
     */
    Dataset ofBatch(Dataset data) {
        Dataset ready = data.to(dtype).withoutPadding();
        requireFinite("x", ready.x());
        requireFinite("y", ready.y());
        ready.named().forEach(DataCheck::requireFinite);
        requireTargets(ready);
        namedLosses.forEach((name, each) -> {
            Tensor y = ready.named().get(name);
            Check.that(
                    y != null,
                    "training: the loss of the output %s needs targets of this name, which dataset.with(\"%s\", …) gives, got %s",
                    name,
                    name,
                    ready.named().keySet());
            TargetRows.require(each, y, from -> true, from -> ", but of " + name + " " + place(y, from) + " has ");
        });
        return ready;
    }

    private static void requireFinite(String what, Tensor values) {
        double[] flat = values.toArray();
        for (int i = 0; i < flat.length; i++) {
            Check.that(
                    Double.isFinite(flat[i]),
                    "dataset: %s must be finite, but %s, element %s is %s",
                    what,
                    place(values, i),
                    i % TargetRows.length(values),
                    flat[i]);
        }
    }

    private void requireTargets(Dataset data) {
        Tensor y = data.y();
        TargetRows.require(loss, y, from -> !isPadding(data, from), from -> ", but " + place(y, from) + " has ");
    }

    private static boolean isPadding(Dataset data, int element) {
        if (data.lengths().isEmpty() || !data.targetsPerStep()) {
            return false;
        }
        if (data.y().size(1) != data.x().size(1)) {
            return true; // nobody knows before layers have changed lengths
        }
        int perSample = data.y().size() / data.size();
        int step = element % perSample / (perSample / data.y().size(1));
        return step >= data.lengths().get().get(element / perSample);
    }

    private static String place(Tensor values, int element) {
        int perSample = values.size() / values.size(0);
        String step = values.rank() == 3 ? ", step " + element % perSample / values.size(2) : "";
        return "sample " + element / perSample + step;
    }
}

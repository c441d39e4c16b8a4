package rewind.nn.hand;

import java.util.HashMap;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;

/** What backward equations find for the named values of a layer, at every step; a mistake may be planted. */
public class HandAdjoints {
    private final String layer;
    private final Map<Trace.Name, double[][]> found = new HashMap<>();
    private int samples;
    private int sample;
    private int step;

    public HandAdjoints(String layer) {
        this.layer = layer;
    }

    /** What is put next belongs to a step of one of several samples. */
    public void at(int ofSamples, int thisSample, int thisStep) {
        samples = ofSamples;
        sample = thisSample;
        step = thisStep;
    }

    /** Keeps an adjoint, (u); returns what the equations go on with. */
    public double[] put(String name, double[] adjoint) {
        double[] kept = planted(name, step, adjoint);
        found.computeIfAbsent(new Trace.Name(layer + "/" + name, step), absent -> new double[samples][])[sample] = kept;
        return kept;
    }

    /** The adjoint with a mistake; without one here. */
    public double[] planted(String name, int atStep, double[] adjoint) {
        return adjoint;
    }

    /** All adjoints, each (m, u). */
    public Map<Trace.Name, Tensor> tensors() {
        Map<Trace.Name, Tensor> tensors = new HashMap<>();
        found.forEach((name, rows) -> tensors.put(name, Tensor.of(rows)));
        return tensors;
    }
}

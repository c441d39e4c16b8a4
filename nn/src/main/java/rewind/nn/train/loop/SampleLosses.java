package rewind.nn.train.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Pass;
import rewind.nn.layer.PassOutputs;
import rewind.nn.loss.Loss;
import rewind.nn.loss.OnePerSample;

/** The loss of every sample: that of the output, those of named outputs, and what layers add. */
final class SampleLosses {
    private final OnePerSample ofOutput;
    private final Map<String, OnePerSample> ofNamed = new LinkedHashMap<>();

    SampleLosses(Loss loss, Map<String, Loss> named) {
        this.ofOutput = new OnePerSample(loss);
        named.forEach((name, each) -> ofNamed.put(name, new OnePerSample(each)));
    }

    /** The losses of the output alone; of samples, or of steps taken for samples. */
    Tensor ofOutput(Activation last, Tensor scores, Tensor target, Pass pass) {
        return ofOutput.of(last, scores, target, pass);
    }

    /** All losses, after a pass. */
    Tensor of(Activation last, Tensor scores, Tensor target, Pass pass) {
        return withOthers(ofOutput(last, scores, target, pass), pass);
    }

    /** Those of the output and all others. */
    Tensor withOthers(Tensor perSample, Pass pass) {
        Tensor sum = perSample;
        for (Map.Entry<String, OnePerSample> each : ofNamed.entrySet()) {
            PassOutputs.Named output = pass.outputs().named().get(each.getKey());
            Tensor target = pass.given().get(each.getKey());
            Check.that(
                    output != null && target != null,
                    "loss: there must be an output %s, which scope.output gives, and its target, which dataset.with gives, got outputs %s and"
                            + " tensors %s",
                    each.getKey(),
                    pass.outputs().named().keySet(),
                    pass.given().keySet());
            sum = sum.add(each.getValue().of(output.last(), output.scores(), target, pass));
        }
        Tensor added = pass.outputs().loss().orElse(null);
        Check.that(
                added == null || added.shape().equals(sum.shape()),
                "addLoss: there must be one loss for every sample, %s, got the shape %s",
                sum.shape(),
                added == null ? "" : added.shape());
        return added == null ? sum : sum.add(added);
    }
}

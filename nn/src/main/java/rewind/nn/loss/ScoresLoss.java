package rewind.nn.loss;

import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;

/** A loss that is computed from the scores before the last activation, wherever they can be found. */
interface ScoresLoss extends Loss {
    @Override
    Tensor perSample(Activation last, Tensor scores, Tensor target);

    @Override
    default Tensor perSample(Tensor output, Tensor target) {
        return LossCall.scores(output, (last, scores) -> perSample(last, scores, target));
    }
}

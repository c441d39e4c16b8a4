package rewind.examples;

import java.util.function.Consumer;
import rewind.autograd.Tensor;
import rewind.nn.History;
import rewind.nn.TrainingListener;
import rewind.nn.TrainingRun;

/**
 * Prints a line after every epoch, with the errors one value ahead of the first column, in its unit.
 *
 * @param network what is being trained
 * @param train where the test part begins
 */
record EpochLines(Network network, int train, Consumer<String> out) implements TrainingListener {
    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        Tensor values = network.values();
        double trainError =
                network.rootMeanSquareError(values, 0, 1, network.changes().window(), train);
        double testError = network.rootMeanSquareError(values, 0, 1, train, values.size(0));
        out.accept(Example.format("epoch %3d  train RMSE %.4g  test RMSE %.4g", epoch.number(), trainError, testError));
    }
}

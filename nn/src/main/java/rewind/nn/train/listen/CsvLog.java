package rewind.nn.train.listen;

import java.nio.file.Path;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** Writes the history so far, then a row after every epoch; so a run that is continued leaves the same file as one that is not. */
public record CsvLog(Path file) implements TrainingListener {
    @Override
    public void started(TrainingRun run) {
        run.history().toCsv(file);
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        epoch.addToCsv(file);
    }
}

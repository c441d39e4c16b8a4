package rewind.nn;

import java.nio.file.Path;

/** Writes the history so far, then a row after every epoch; so a run that is continued leaves the same file as one that is not. */
record CsvLog(Path file) implements TrainingListener {
    @Override
    public void started(TrainingRun run) {
        HistoryCsv.write(run.history(), file);
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        HistoryCsv.append(epoch, file);
    }
}

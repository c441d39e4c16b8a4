package rewind.examples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.nn.data.Csv;
import rewind.nn.data.Dataset;
import rewind.nn.data.Table;
import rewind.nn.data.Vocabulary;

/**
 * Series, each of one class.
 *
 * @param data the series (samples, steps, features) and their classes (samples, classes), one-hot
 * @param classes their names
 */
record LabelledSeries(Dataset data, List<String> classes) {
    /**
     * Reads a table with a series in every row: one cell is the class, the others are the values of the series one after the other.
     *
     * @param label the column of the class
     */
    static LabelledSeries ofRows(Csv csv, String label) {
        Table table = csv.text(label).read();
        InputException.unless(
                table.numbers().size(1) > 0, "%s: there must be a column of values beside that of the class", csv);
        List<String> labels = table.text(label);
        Vocabulary classes = Vocabulary.labels().of(labels);
        return new LabelledSeries(
                new Dataset(table.numbers().expandDims(2), classes.oneHot(classes.ids(labels))), classes.tokens());
    }

    /**
     * Reads a table with a step in every row: rows with the same sample are the steps of one series, which may be of any length; all
     * columns but those of sample and class are its features.
     *
     * @param label the column of the class, which must be the same for all steps of a sample
     * @param sample the column that tells the samples apart
     */
    static LabelledSeries ofSteps(Csv csv, String label, String sample) {
        Table table = csv.text(label, sample).read();
        InputException.unless(
                table.numbers().size(1) > 0,
                "%s: there must be a column of values beside those of class and sample",
                csv);
        Map<String, List<double[]>> steps = new LinkedHashMap<>();
        Map<String, String> labels = new LinkedHashMap<>();
        double[][] numbers = table.numbers().toRows();
        for (int row = 0; row < numbers.length; row++) {
            String each = table.text(sample).get(row);
            String its = table.text(label).get(row);
            String first = labels.putIfAbsent(each, its);
            InputException.unless(
                    first == null || first.equals(its),
                    "%s: all rows of sample %s must be of one class, got %s and %s",
                    csv,
                    each,
                    first,
                    its);
            steps.computeIfAbsent(each, absent -> new ArrayList<>()).add(numbers[row]);
        }
        List<String> names = List.copyOf(labels.values());
        Vocabulary classes = Vocabulary.labels().of(names);
        List<double[][]> sequences = steps.values().stream()
                .map(rows -> rows.toArray(new double[0][]))
                .toList();
        return new LabelledSeries(Dataset.ragged(sequences, classes.oneHot(classes.ids(names))), classes.tokens());
    }
}

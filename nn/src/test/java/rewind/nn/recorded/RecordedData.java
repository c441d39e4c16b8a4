package rewind.nn.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.data.Scaling;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Near;

/** What EpyNN does to data before training: one-hot encoding, scaling to [0, 1], splits by proportion, batches. */
final class RecordedData {
    private RecordedData() {}

    public static void verify(Map<String, Object> recorded) {
        RecordedFile.requireOnly(
                recorded,
                Set.of("index_elements", "encode_in", "encode_out", "scale_in", "scale_out", "splits", "batches"));
        encoding(recorded);
        scaling(recorded);
        Json.list(recorded.get("splits")).forEach(split -> splitting(Json.list(split)));
        Json.objects(recorded.get("batches")).forEach(RecordedData::batches);
    }

    private static void encoding(Map<String, Object> recorded) {
        Map<String, Object> ids = Json.object(recorded.get("index_elements"));
        List<Tensor> rows = new ArrayList<>();
        for (Object word : Json.list(recorded.get("encode_in"))) {
            rows.add(Tensor.of(((String) word)
                    .chars()
                    .mapToDouble(letter -> Json.number(ids.get(String.valueOf((char) letter))))
                    .toArray()));
        }
        Tensor encoded = Tensor.stack(0, rows).oneHot(ids.size());
        assertThat(encoded.toArray())
                .containsExactly(Json.tensor(recorded.get("encode_out")).toArray());
    }

    private static void scaling(Map<String, Object> recorded) {
        Tensor x = Json.tensor(recorded.get("scale_in"));
        Tensor column = x.reshape(x.size(), 1);
        Tensor scaled = Scaling.minMax(column).apply(column).reshape(x.shape().toArray());
        Near.within(1e-15, 0).verify("scaled", scaled, Json.tensor(recorded.get("scale_out")));
    }

    /** Proportions of all samples, rounded half to even, the last part gets the rest. */
    private static void splitting(List<?> split) {
        int samples = (int) Json.number(split.get(0));
        int[] proportions = Json.ints(split.get(1));
        int[] expected = Json.ints(split.get(2));
        double whole = proportions[0] + proportions[1] + proportions[2];
        int train = (int) Math.rint(samples * proportions[0] / whole);
        int valid = Math.min(samples - train, (int) Math.rint(samples * proportions[1] / whole));
        Dataset all = new Dataset(Tensor.zeros(samples, 1), Tensor.zeros(samples, 1));
        assertThat(List.of(
                        all.slice(0, train).size(),
                        all.slice(train, train + valid).size(),
                        all.slice(train + valid, samples).size()))
                .as("split of %s", split)
                .containsExactly(expected[0], expected[1], expected[2]);
    }

    /** EpyNN drops the last batch if it is not full, unless it is the only one; here it is kept. */
    private static void batches(Map<String, Object> recorded) {
        int samples = RecordedFile.integer(recorded, "n");
        int size = recorded.get("batch_size") == null ? samples : RecordedFile.integer(recorded, "batch_size");
        List<Integer> trained = new ArrayList<>();
        Model model = Sequential.of(Layers.function("observed", x -> {
                    trained.add(x.size(0));
                    return x;
                }))
                .build(Shape.of(1), 1);
        trained.clear();
        Training.of(model)
                .epochs(1)
                .batchSize(size)
                .compiled(false) // every batch is to be observed
                .fit(new Dataset(Tensor.zeros(samples, 1), Tensor.zeros(samples, 1)));
        List<Integer> full = trained.stream()
                .filter(batch -> batch == size || trained.size() == 1)
                .toList();
        assertThat(full.stream().mapToInt(Integer::intValue).toArray())
                .containsExactly(Json.ints(recorded.get("sizes")));
        assertThat(trained.stream().mapToInt(Integer::intValue).sum()).isEqualTo(samples);
    }
}

package rewind.nn.exchange;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import rewind.autograd.Shape;

/**
 * What became of the weights of another system, see {@link ModelWeights#load}.
 *
 * @param system pytorch or keras
 * @param modules the names of the modules by the paths of the layers that got their weights, for {@link ModelWeights#modules}
 * @param used the names of the tensors that each of these layers got, by its path
 * @param missing what layers have no weights: their tensors as the other system has them, by path; they are as they were
 * @param leftOver the tensors that no layer got
 */
public record WeightReport(
        String system,
        Map<String, String> modules,
        Map<String, List<String>> used,
        Map<String, Map<String, Shape>> missing,
        Map<String, Shape> leftOver) {
    /** Returns a line for each layer, and what is missing and left over. */
    @Override
    public String toString() {
        int count = used.values().stream().mapToInt(List::size).sum();
        String layers = used.entrySet().stream()
                .map(each -> "\n  " + each.getKey() + " <- " + String.join(", ", each.getValue()))
                .collect(Collectors.joining());
        return system + ": " + count + " of " + (count + leftOver.size()) + " tensors used" + layers + "\n  missing: "
                + (missing.isEmpty() ? "none" : missing) + "\n  left over: " + (leftOver.isEmpty() ? "none" : leftOver);
    }
}

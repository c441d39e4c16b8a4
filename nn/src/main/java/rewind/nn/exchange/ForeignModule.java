package rewind.nn.exchange;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The tensors of a whole model that belong to one layer there.
 *
 * @param name what the other system calls it, such as {@code encoder.lstm}
 * @param index which layer of a stack of that name
 * @param names the whole name of each tensor, by the name that it has for the layer alone
 */
record ForeignModule(String name, int index, Map<String, String> names) {
    /** By the letters of their names, and by the numbers in them as numbers; then by their place in a stack. */
    static final Comparator<ForeignModule> IN_ORDER =
            Comparator.comparing(ForeignModule::parts, ForeignModule::compare).thenComparing(ForeignModule::index);

    private static final Pattern PARTS = Pattern.compile("[0-9]+|[^0-9]");
    private static final Pattern NUMBERED = Pattern.compile("(.*/)?vars/([0-9]+)");

    /** What modules have in common that are told apart by numbers alone. */
    String stem() {
        return name.replaceAll("_?[0-9]+", "");
    }

    private List<String> parts() {
        return PARTS.matcher(name).results().map(MatchResult::group).toList();
    }

    private static int compare(List<String> a, List<String> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            boolean numbers = Character.isDigit(a.get(i).charAt(0))
                    && Character.isDigit(b.get(i).charAt(0));
            int order = numbers ? Integer.compare(a.get(i).length(), b.get(i).length()) : 0;
            order = order != 0 ? order : a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    /**
     * Returns the whole names by those that the layer has for them: tensors that are only numbered, {@code vars/0}, are the layer's in its
     * order.
     */
    Map<String, String> namesFor(List<String> ofLayer) {
        Map<String, String> named = new LinkedHashMap<>();
        names.forEach((own, whole) -> {
            var numbered = NUMBERED.matcher(own);
            if (!numbered.matches()) {
                named.put(own, whole);
                return;
            }
            String direction = numbered.group(1) == null ? "" : numbered.group(1);
            List<String> there =
                    ofLayer.stream().filter(each -> each.startsWith(direction)).toList();
            int number = Integer.parseInt(numbered.group(2));
            named.put(number < there.size() ? there.get(number) : own, whole);
        });
        return named;
    }
}

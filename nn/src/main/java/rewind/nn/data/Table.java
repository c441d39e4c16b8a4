package rewind.nn.data;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;

/**
 * What was read from a table. Immutable.
 *
 * @param names the columns of numbers
 * @param numbers (rows, columns)
 * @param texts the columns of text, by name; each has an entry per row
 */
public record Table(List<String> names, Tensor numbers, Map<String, List<String>> texts) {
    /** Makes a table; the lists are copied. */
    public Table {
        names = List.copyOf(names);
        Map<String, List<String>> copy = new LinkedHashMap<>();
        texts.forEach((name, column) -> copy.put(name, List.copyOf(column)));
        texts = Collections.unmodifiableMap(copy);
    }

    /** Returns the number of rows. */
    public int size() {
        return numbers.size(0);
    }

    /**
     * Returns the place of a column of numbers, from 0 on.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public int index(String name) {
        int place = names.indexOf(name);
        Check.that(place >= 0, "table: there must be a column of numbers %s among %s", name, names);
        return place;
    }

    /**
     * Returns columns of numbers, (rows, as many as named).
     *
     * @throws IllegalArgumentException if there is none of a name
     */
    public Tensor columns(String... chosen) {
        int[] places = Arrays.stream(chosen).mapToInt(this::index).toArray();
        return numbers.transpose().gather(places).transpose();
    }

    /**
     * Returns a column of text.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public List<String> text(String name) {
        Check.that(texts.containsKey(name), "table: there must be a column of text %s among %s", name, texts.keySet());
        return texts.get(name);
    }
}

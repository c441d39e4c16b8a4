package rewind.nn.data;

import java.util.Arrays;
import java.util.List;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * What was read from a table. Immutable.
 *
 * @param names the columns of numbers
 * @param numbers (rows, columns)
 * @param textNames the columns of text
 * @param texts per column of text an entry for every row
 */
public record Table(List<String> names, Tensor numbers, List<String> textNames, List<List<String>> texts) {
    /**
     * Makes a table; the lists are copied.
     *
     * @throws IllegalArgumentException if there is not one name per column, or columns differ in their number of rows
     */
    public Table {
        names = List.copyOf(names);
        textNames = List.copyOf(textNames);
        texts = texts.stream().<List<String>>map(List::copyOf).toList();
        Shape shape = numbers.shape();
        Check.that(
                shape.rank() == 2 && shape.size(1) == names.size(),
                "table: there must be one name per column of numbers, got %s for the shape %s",
                names.size(),
                shape);
        Check.that(
                textNames.size() == texts.size() && texts.stream().allMatch(column -> column.size() == shape.size(0)),
                "table: there must be one name per column of text, and as many entries as rows, got %s for columns of %s entries",
                textNames.size(),
                texts.stream().map(List::size).toList());
    }

    /** Returns the number of rows. */
    public int size() {
        return numbers.size(0);
    }

    /**
     * Returns the place of a column of numbers, from 0 on.
     *
     * @throws IllegalArgumentException if there is none of this name, or several
     */
    public int index(String name) {
        return place("numbers", names, name);
    }

    private static int place(String kind, List<String> names, String name) {
        int place = names.indexOf(name);
        Check.that(place >= 0, "table: there must be a column of %s %s among %s", kind, name, names);
        Check.that(
                place == names.lastIndexOf(name),
                "table: columns %s and %s of %s have the name %s; %s() has all of them",
                place,
                names.lastIndexOf(name),
                kind,
                name,
                kind.equals("text") ? "texts" : kind);
        return place;
    }

    /**
     * Returns columns of numbers, (rows, as many as named).
     *
     * @throws IllegalArgumentException if there is none of a name, or several
     */
    public Tensor columns(String... chosen) {
        int[] places = Arrays.stream(chosen).mapToInt(this::index).toArray();
        return numbers.transpose().gather(places).transpose();
    }

    /**
     * Returns a column of text.
     *
     * @throws IllegalArgumentException if there is none of this name, or several
     */
    public List<String> text(String name) {
        return texts.get(place("text", textNames, name));
    }

    /** Returns how many rows there are, and the names of the columns, the first of many. */
    @Override
    public String toString() {
        return "table of " + size() + " rows, numbers " + Check.shown(names) + ", text " + Check.shown(textNames);
    }
}

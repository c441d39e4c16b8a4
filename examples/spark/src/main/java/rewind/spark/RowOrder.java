package rewind.spark;

import java.io.Serializable;
import java.util.Arrays;

/** The place of a row among all: by its hash; rows of the same hash by their numbers, and if these are equal it does not matter. */
record RowOrder(long hash, RowNumbers row) implements Comparable<RowOrder>, Serializable {
    @Override
    public int compareTo(RowOrder other) {
        int order = Long.compare(hash, other.hash);
        order = order != 0 ? order : Integer.compare(row.stepsOfX(), other.row.stepsOfX());
        order = order != 0 ? order : Integer.compare(row.stepsOfY(), other.row.stepsOfY());
        order = order != 0 ? order : Integer.compare(row.real(), other.row.real());
        order = order != 0 ? order : Arrays.compare(row.x(), other.row.x());
        return order != 0 ? order : Arrays.compare(row.y(), other.row.y());
    }
}

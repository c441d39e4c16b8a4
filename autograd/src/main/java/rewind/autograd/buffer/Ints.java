package rewind.autograd.buffer;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;
import java.util.function.IntUnaryOperator;

/** Whole numbers as a list that takes no object for each of them. */
public final class Ints extends AbstractList<Integer> implements RandomAccess {
    private final int[] all;

    private Ints(int... all) {
        this.all = all;
    }

    /** So many numbers, each that of its index. */
    public static Ints of(int count, IntUnaryOperator number) {
        int[] all = new int[count];
        Arrays.setAll(all, number);
        return new Ints(all);
    }

    @Override
    public Integer get(int index) {
        return all[index];
    }

    @Override
    public int size() {
        return all.length;
    }
}

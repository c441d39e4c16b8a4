package rewind.autograd.kernel;

import java.util.Arrays;

/** The items of a call that computes several products, those with the same matrix together, in their order. */
final class MatmulGroups {
    /** The items, group after group. */
    final int[] items;

    /** Group g consists of {@code items[starts[g]]} to before {@code items[starts[g + 1]]}. */
    private final int[] starts;

    final int count;

    /** Groups items by where a matrix of theirs begins. */
    MatmulGroups(int[] offsets) {
        items = inOrder(offsets);
        starts = new int[offsets.length + 1];
        int groups = 0;
        for (int x = 0; x < offsets.length; x++) {
            if (x == 0 || offsets[items[x]] != offsets[items[x - 1]]) {
                starts[groups++] = x;
            }
        }
        starts[groups] = offsets.length;
        count = groups;
    }

    /** The items by where their matrices begin, equal ones in their order. */
    private static int[] inOrder(int[] offsets) {
        int[] items = new int[offsets.length];
        boolean sorted = true;
        for (int i = 0; i < items.length; i++) {
            items[i] = i;
            sorted &= i == 0 || offsets[i] >= offsets[i - 1];
        }
        if (!sorted) {
            long[] keys = new long[offsets.length];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = ((long) offsets[i] << 32) + i;
            }
            Arrays.sort(keys);
            for (int x = 0; x < keys.length; x++) {
                items[x] = (int) keys[x];
            }
        }
        return items;
    }

    int start(int group) {
        return starts[group];
    }

    int end(int group) {
        return starts[group + 1];
    }

    /** Whether all groups have equally many items, and other matrices of theirs, which begin here, are the same one by one. */
    boolean meet(int[] others) {
        int each = items.length / Math.max(count, 1);
        boolean same = count > 0;
        for (int x = 0; x < items.length; x++) {
            same &= starts[x / each] + x % each == x && others[items[x]] == others[items[x % each]];
        }
        return same;
    }
}

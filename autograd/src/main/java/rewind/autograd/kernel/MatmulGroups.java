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
        long[] keys = new long[offsets.length];
        for (int i = 0; i < offsets.length; i++) {
            keys[i] = ((long) offsets[i] << 32) + i;
        }
        Arrays.sort(keys);
        items = new int[offsets.length];
        starts = new int[offsets.length + 1];
        int groups = 0;
        for (int x = 0; x < offsets.length; x++) {
            items[x] = (int) keys[x];
            if (x == 0 || offsets[items[x]] != offsets[items[x - 1]]) {
                starts[groups++] = x;
            }
        }
        starts[groups] = offsets.length;
        count = groups;
    }

    int start(int group) {
        return starts[group];
    }

    int end(int group) {
        return starts[group + 1];
    }
}

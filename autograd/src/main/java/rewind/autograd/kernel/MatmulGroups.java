package rewind.autograd.kernel;

import java.util.Arrays;

/** The items of a call that computes several products, those of the same destination together, in their order. */
final class MatmulGroups {
    /** The items, group after group. */
    final int[] items;

    /** Group g consists of {@code items[starts[g]]} to before {@code items[starts[g + 1]]}. */
    private final int[] starts;

    final int count;

    MatmulGroups(int[] co) {
        long[] keys = new long[co.length];
        for (int i = 0; i < co.length; i++) {
            keys[i] = ((long) co[i] << 32) + i;
        }
        Arrays.sort(keys);
        items = new int[co.length];
        starts = new int[co.length + 1];
        int groups = 0;
        for (int x = 0; x < co.length; x++) {
            items[x] = (int) keys[x];
            if (x == 0 || co[items[x]] != co[items[x - 1]]) {
                starts[groups++] = x;
            }
        }
        starts[groups] = co.length;
        count = groups;
    }

    int start(int group) {
        return starts[group];
    }

    int end(int group) {
        return starts[group + 1];
    }
}

package rewind.autograd.memory;

import java.util.Arrays;

/** Stacks of arrays by their length; a hash table with open addressing, as every operation looks into it. */
final class FreeArrays {
    /** Arrays of one length. */
    private static final class Stack {
        final int length;
        private Object[] arrays = new Object[4];
        private int count;
        /** So many arrays were never taken since the last {@link #dropUnneeded}. */
        private int unneeded;

        Stack(int length) {
            this.length = length;
        }

        void push(Object array) {
            if (count == arrays.length) {
                arrays = Arrays.copyOf(arrays, 2 * count);
            }
            arrays[count++] = array;
        }

        /** The array given last, which the caches hold most likely. */
        Object pop() {
            if (count == 0) {
                return null;
            }
            Object array = arrays[--count];
            arrays[count] = null;
            unneeded = Math.min(unneeded, count);
            return array;
        }

        void dropUnneeded() {
            int kept = count - unneeded;
            System.arraycopy(arrays, unneeded, arrays, 0, kept);
            Arrays.fill(arrays, kept, count, null);
            count = kept;
            unneeded = kept;
        }
    }

    private Stack[] table = new Stack[16];
    private int lengths;

    /** An array of this length, or null. */
    Object take(int length) {
        Stack stack = table[slot(length)];
        return stack == null ? null : stack.pop();
    }

    void give(int length, Object array) {
        int slot = slot(length);
        if (table[slot] == null) {
            table[slot] = new Stack(length);
            if (++lengths * 2 > table.length) {
                grow();
            }
        }
        table[slot(length)].push(array);
    }

    /** Forgets the arrays that were not needed since this was called before. */
    void dropUnneeded() {
        Stack[] all = table;
        table = new Stack[16];
        lengths = 0;
        for (Stack stack : all) {
            if (stack != null) {
                stack.dropUnneeded();
                if (stack.count > 0) {
                    put(stack);
                }
            }
        }
    }

    private void grow() {
        Stack[] all = table;
        table = new Stack[2 * all.length];
        lengths = 0;
        for (Stack stack : all) {
            if (stack != null) {
                put(stack);
            }
        }
    }

    private void put(Stack stack) {
        table[slot(stack.length)] = stack;
        if (++lengths * 2 > table.length) {
            grow();
        }
    }

    private int slot(int length) {
        int slot = (length * 0x9E3779B9) >>> 8 & (table.length - 1);
        while (table[slot] != null && table[slot].length != length) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }
}

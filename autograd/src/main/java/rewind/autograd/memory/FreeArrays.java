package rewind.autograd.memory;

import java.util.Arrays;
import java.util.Comparator;

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
            drop(unneeded);
            unneeded = count;
        }

        /** Forgets those that were given first. */
        void drop(int dropped) {
            int kept = count - dropped;
            System.arraycopy(arrays, dropped, arrays, 0, kept);
            Arrays.fill(arrays, kept, count, null);
            count = kept;
            unneeded = Math.max(0, unneeded - dropped);
        }
    }

    private Stack[] table = new Stack[16];
    private int lengths;
    /** The elements of all arrays. */
    private long elements;

    long elements() {
        return elements;
    }

    /** An array of this length, or null. */
    Object take(int length) {
        Stack stack = table[slot(length)];
        Object array = stack == null ? null : stack.pop();
        elements -= array == null ? 0 : length;
        return array;
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
        elements += length;
    }

    /** Forgets the arrays that were not needed since this was called before. */
    void dropUnneeded() {
        Stack[] all = table;
        table = new Stack[16];
        lengths = 0;
        for (Stack stack : all) {
            if (stack != null) {
                elements -= (long) stack.length * stack.unneeded;
                stack.dropUnneeded();
                if (stack.count > 0) {
                    put(stack);
                }
            }
        }
    }

    /** Forgets arrays until so many elements are left, or fewer: the largest ones that are not more than too many. */
    void dropDownTo(long most) {
        if (elements <= most) {
            return;
        }
        Stack[] largestFirst = Arrays.stream(table)
                .filter(stack -> stack != null && stack.length > 0 && stack.count > 0)
                .sorted(Comparator.comparingInt(stack -> -stack.length))
                .toArray(Stack[]::new);
        for (int i = 0; i < largestFirst.length && elements > most; i++) {
            Stack stack = largestFirst[i];
            long dropped = Math.min(stack.count, (elements - most) / stack.length);
            boolean rest =
                    i == largestFirst.length - 1 && dropped < stack.count && elements - dropped * stack.length > most;
            drop(stack, (int) dropped + (rest ? 1 : 0));
        }
    }

    private void drop(Stack stack, int count) {
        stack.drop(count);
        elements -= (long) count * stack.length;
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

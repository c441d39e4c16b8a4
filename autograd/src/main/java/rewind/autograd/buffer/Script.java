package rewind.autograd.buffer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import rewind.autograd.threads.Workers;

/**
 * What was done to arrays, in its order, so that it can be done again with other numbers in them. The actions are those of the plain
 * evaluation, on the same arrays and with the same threads, so that the bits are the same too. For one thread at a time.
 */
public final class Script {
    /** What an action takes, with its buffers and what does it: measured of an LSTM. */
    private static final int ACTION_BYTES = 270;

    /** Actions may take this part of the heap. */
    private static final int SHARE = 8;

    private final long most;
    private final List<Action> actions = new ArrayList<>();
    private final List<Contents.Taking> takings = new ArrayList<>();
    private final Set<Object> inputs = Collections.newSetFromMap(new IdentityHashMap<>());
    private Runnable[] work;
    private boolean listening = true;
    private String refusal = "";
    private String name = "";
    private Supplier<Map<String, Object>> attributes = Map::of;

    /** Of nothing yet. */
    public Script() {
        this(Runtime.getRuntime().maxMemory() / SHARE / ACTION_BYTES);
    }

    /** The same of so many actions at most. */
    Script(long most) {
        this.most = most;
    }

    /** Why something cannot be done again. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why, null, false, false);
        }
    }

    /** Ends noting, because something happens that other numbers may change and that no action tells. What is computed goes on. */
    public void refuse(String why) {
        if (listening) {
            refusal = why;
            rest();
            actions.clear();
            takings.clear();
        }
    }

    /** As {@link #refuse}, and ends what is computed too: in a recording that is not noted it might have other bits. */
    public void refuseAndEnd(String why) {
        if (listening) {
            refuse(why);
            throw new Refused(why);
        }
    }

    /** Why it cannot be done again; empty if nothing is known that forbids it. */
    public String refusal() {
        return refusal;
    }

    /** Ends noting for good. */
    public void rest() {
        listening = false;
    }

    /** Ends noting because numbers are read by a method of this name: what follows may depend on them. */
    public void refuseReading(String method) {
        refuse("numbers are read (" + method + ") while it is computed");
    }

    /** Says which operation comes next. */
    public void begin(String operation, Supplier<Map<String, Object>> with) {
        name = operation;
        attributes = with;
    }

    /** Notes an action that is being done, unless it is a part of one that is noted. */
    public void note(Runnable action, Buffer out, Buffer... in) {
        if (listening) {
            add(new Action(name, attributes.get(), in, out, action, null, 0));
        }
    }

    /** Notes a loop over all elements, given as what it does for a range of them. */
    void note(Workers.Task part, int cost, Buffer out, Buffer... in) {
        if (listening) {
            add(new Action(name, attributes.get(), in, out, null, part, cost));
        }
    }

    private void add(Action action) {
        actions.add(action);
        if (actions.size() > most) {
            refuse("it consists of more than " + most + " actions, which take much of the heap");
        }
    }

    /** Notes that from now on an array holds something new. */
    public void take(Object array) {
        takings.add(new Contents.Taking(array, actions.size()));
    }

    /** Does something and notes it as one action, whatever it consists of. */
    public void perform(Runnable action, Buffer out, Buffer... in) {
        boolean before = listening;
        listening = false;
        try {
            action.run();
        } finally {
            listening = before;
        }
        note(action, out, in);
    }

    /** Makes loops over the same elements, one after another, one. */
    private void arrange() {
        List<Runnable> all = new ArrayList<>();
        List<Action> together = new ArrayList<>();
        for (Action each : actions) {
            if (!together.isEmpty() && !each.goesWith(together)) {
                all.add(loop(together));
                together.clear();
            }
            if (each.part() == null) {
                all.add(each.work());
            } else {
                together.add(each);
            }
        }
        if (!together.isEmpty()) {
            all.add(loop(together));
        }
        work = all.toArray(Runnable[]::new);
    }

    private static Runnable loop(List<Action> together) {
        Workers.Task[] parts = together.stream().map(Action::part).toArray(Workers.Task[]::new);
        int cost = together.stream().mapToInt(Action::cost).sum();
        int n = together.get(0).out().size();
        return Loops.of(parts, cost, n);
    }

    /**
     * Returns for every {@link #take}, in their order, the number of actions after which nothing of it is needed any more: without end if
     * it is a result, or if other things happen to it than actions.
     */
    public int[] ends(Collection<Buffer> results) {
        int[] ends = new int[takings.size()];
        Contents contents = new Contents(takings);
        for (int i = 0; i < actions.size(); i++) {
            contents.before(i);
            for (Buffer in : actions.get(i).in()) {
                int of = contents.of(in);
                if (of >= 0) {
                    ends[of] = ends[of] == 0 ? Integer.MAX_VALUE : Math.max(ends[of], i + 1);
                }
            }
            int of = contents.of(actions.get(i).out());
            if (of >= 0) {
                ends[of] = Math.max(ends[of], i + 1);
            }
        }
        contents.before(actions.size());
        results.stream().mapToInt(contents::of).filter(of -> of >= 0).forEach(of -> ends[of] = 0);
        return IntStream.of(ends).map(end -> end == 0 ? Integer.MAX_VALUE : end).toArray();
    }

    /** Does everything again that was noted before it {@linkplain #rest rested}. */
    public void run() {
        if (work == null) {
            arrange();
        }
        for (Runnable each : work) {
            each.run();
        }
    }

    /** Says that a buffer holds other numbers whenever everything is done again. */
    public void give(Buffer input) {
        inputs.add(input.data);
    }

    /** Whether a buffer may hold other numbers when everything is done again. */
    boolean varies(Buffer buffer) {
        return inputs.contains(buffer.data) || actions.stream().anyMatch(each -> each.out().data == buffer.data);
    }

    /** Whether an operation of this name is done. */
    public boolean does(String operation) {
        return actions.stream().anyMatch(each -> each.name().equals(operation));
    }

    /** The number of actions. */
    public int size() {
        return actions.size();
    }

    /** The bytes of all arrays that the actions read and write. */
    public long bytes() {
        Map<Object, Long> arrays = new IdentityHashMap<>();
        for (Action each : actions) {
            arrays.put(each.out().data, bytes(each.out()));
            for (Buffer in : each.in()) {
                arrays.put(in.data, bytes(in));
            }
        }
        return arrays.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long bytes(Buffer buffer) {
        return (long) buffer.kernels().length(buffer.data)
                * (buffer.data instanceof double[] ? Double.BYTES : Float.BYTES);
    }

    /**
     * Compares it with what the same function did to other numbers. Returns what differs, or an empty text: then whatever the function does depends
     * on its inputs by the actions alone.
     *
     * @param own the inputs here, and then the results
     * @param others those there
     */
    public String difference(Script other, List<List<Buffer>> own, List<List<Buffer>> others) {
        String difference = Contents.difference(
                actions, new Contents(takings), other.actions, new Contents(other.takings), own, others);
        return difference == null ? "" : difference;
    }
}

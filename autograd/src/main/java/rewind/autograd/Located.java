package rewind.autograd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import rewind.autograd.reverse.Details;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Observer;
import rewind.autograd.text.CallSite;

/** Hears where in a computation its operations are: the layer, the loop and its step, the line. */
abstract class Located implements Observer<Tensor> {
    private String layer = "";
    private String loop = "";
    private int step = -1;
    /** The loops around the one that goes on, the innermost first. */
    private final Deque<Around> around = new ArrayDeque<>();

    private record Around(String loop, int step) {}

    /** In a sweep: the line of the operation that it has come to. */
    private String site;

    private int count;
    private final Map<String, String> sites = new HashMap<>();
    /** Whether a sweep is at an operation, at whose place all is that it does. */
    private boolean sweeping;

    /** What was done outside loops since the value that was named last. */
    private List<Entry<Tensor>> latest = new ArrayList<>();

    /** What was done before each named value when its name came for the first time, and how often it came. */
    private final Map<String, List<Entry<Tensor>>> firsts = new HashMap<>();

    private final Map<String, Integer> turns = new HashMap<>();

    final String loop() {
        return loop;
    }

    final int step() {
        return step;
    }

    /**
     * The line that calls an operation now; a sweep calls none, what it does belongs to that of the operation that it has come to. Steps
     * of a loop call the same operation at the same place from the same line, as looking for it takes longer than the operation.
     */
    final String site(String op, String call) {
        if (site != null) {
            return site;
        }
        return step < 0
                ? CallSite.find()
                : sites.computeIfAbsent(loop + ' ' + call + ' ' + op, place -> CallSite.find());
    }

    /** Counts what is done at a place. */
    final int next() {
        return ++count;
    }

    /** Begins to count at another place. */
    final void recount() {
        count = 0;
    }

    /** Told of an entry that was added. */
    final void added(Entry<Tensor> entry) {
        if (step < 0 && !sweeping) {
            latest.add(entry);
        }
    }

    /**
     * Told of a name: where names come again outside loops, as those in a loop do of which nobody tells the steps, each time is a step. What
     * was done before a value is at its step, at the place that is told by the way to the value.
     */
    final void turned(String name) {
        if (step >= 0 || sweeping) {
            return;
        }
        int number = turns.merge(name, 1, Integer::sum) - 1;
        if (number == 0) {
            firsts.put(name, latest);
        } else {
            turn(name, number, latest, latest.size());
        }
        if (number == 1) {
            turn(name, 0, firsts.remove(name), latest.size());
        }
        latest = new ArrayList<>();
    }

    private static void turn(String name, int number, List<Entry<Tensor>> entries, int count) {
        int last = entries.size();
        for (int i = Math.max(0, last - count); i < last; i++) {
            Details<Tensor> details = entries.get(i).details();
            String place = name.replace('.', ':')
                    + ':'
                    + (last - i); // no point in it, as there is before what a sweep hands on
            String call = details.call().replaceFirst("\\d+", Matcher.quoteReplacement(place));
            entries.get(i).keep(at(details, details.layer(), "", number, call, details.name()));
        }
    }

    /** What the value of an entry was named; null if it was not. */
    static String nameOf(Entry<Tensor> entry) {
        return entry == null || entry.details() == null ? null : entry.details().name();
    }

    /** What an entry keeps that is added now. */
    final Details<Tensor> here(List<Tensor> operands, Tensor value, String line, String call) {
        return new Details<>(operands, value, line, layer, call, loop, step, null);
    }

    /** What an entry keeps, at the place where the computation is now. */
    final Details<Tensor> moved(Details<Tensor> details, String call, String name) {
        return at(details, layer, loop, step, call, name);
    }

    private static Details<Tensor> at(
            Details<Tensor> of, String layer, String loop, int step, String call, String name) {
        return new Details<>(of.operands(), of.value(), of.site(), layer, call, loop, step, name);
    }

    /** A loop that begins while another goes on is inside it; when it ends, the other one goes on at its step. */
    @Override
    public void atStep(String where, int number) {
        if (number < 0) {
            Around outer = around.isEmpty() ? new Around("", -1) : around.pop();
            goTo(outer.loop, outer.step);
            return;
        }
        boolean goesOn = where.equals(loop);
        while (!goesOn && around.stream().anyMatch(each -> each.loop.equals(where))) { // those inside were not ended
            goesOn = around.pop().loop.equals(where);
        }
        if (!goesOn && step >= 0) {
            around.push(new Around(loop, step));
        }
        goTo(where, number);
    }

    private void goTo(String where, int number) {
        loop = where;
        step = number;
        recount();
    }

    @Override
    public final void inLayer(String name) {
        layer = name;
    }

    @Override
    public void sweeps(Tensor dy, Details<Tensor> operation) {
        sweeping = operation != null;
        layer = operation == null ? "" : operation.layer();
        site = operation == null ? null : operation.site();
        goTo(operation == null ? "" : operation.loop(), operation == null ? -1 : operation.step());
    }

    /**
     * Names the adjoints of a sweep after the values that they belong to: what arrives at a value named v is named dv, at the same step of
     * its loop. All that the sweep does is at the place of the operation that it has come to.
     */
    static final class NamedAdjoints extends Located {
        private final Set<Observer<Tensor>> told = new LinkedHashSet<>();

        /** For a sweep over what these values are used for. */
        NamedAdjoints(List<Tensor> x, List<Tensor> dy) {
            Stream.concat(x.stream(), dy.stream())
                    .forEach(each -> each.places.forEach(
                            entry -> told.add(entry.recording().observer())));
            told.remove(null);
        }

        @Override
        public void performed(Entry<Tensor> entry, Tensor[] operands, Tensor value) {
            String call = Integer.toString(next());
            entry.keep(here(List.of(), null, told.isEmpty() ? "" : site(entry.name(), call), call));
            added(entry);
        }

        @Override
        public Tensor named(String name, Tensor value) {
            for (Entry<Tensor> entry : value.places) {
                if (entry.recording().observer() == this && !name.equals(nameOf(entry))) {
                    entry.keep(moved(entry.details(), entry.details().call(), name));
                    turned(name);
                }
            }
            return value;
        }

        @Override
        public Tensor visited(Entry<Tensor> entry, Tensor dy) {
            Details<Tensor> details = entry.details();
            told.forEach(each -> each.sweeps(dy, details));
            return details.name() == null ? dy : dy.named("d" + details.name());
        }

        /** Says that the sweep is over. */
        void end() {
            told.forEach(each -> each.sweeps(null, null));
        }
    }
}

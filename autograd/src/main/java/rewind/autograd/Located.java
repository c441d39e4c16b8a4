package rewind.autograd;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.reverse.Details;
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

    /** What an entry keeps that is added now. */
    final Details<Tensor> here(List<Tensor> operands, Tensor value, String line, String call) {
        return new Details<>(operands, value, line, layer, call, loop, step, null);
    }

    /** What an entry keeps, at the place where the computation is now. */
    final Details<Tensor> moved(Details<Tensor> details, String call, String name) {
        return details.at(layer, loop, step, call, name);
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
        layer = operation == null ? "" : operation.layer();
        site = operation == null ? null : operation.site();
        goTo(operation == null ? "" : operation.loop(), operation == null ? -1 : operation.step());
    }
}

package rewind.autograd;

/** What has arrived so far, during a reverse sweep, at the nodes that it has still to visit. */
final class Cotangents {
    private final Sweep sweep;
    private final Cotangent[] pending;

    Cotangents(Sweep sweep, int nodes) {
        this.sweep = sweep;
        this.pending = new Cotangent[nodes];
    }

    Cotangent at(Node node) {
        if (pending[node.index] == null) {
            pending[node.index] = new Cotangent(sweep, node);
        }
        return pending[node.index];
    }

    /** The cotangent at a node that is visited now, or null if nothing has arrived there. */
    Cotangent take(int index) {
        Cotangent taken = pending[index];
        pending[index] = null;
        return taken;
    }

    /**
     * Lets a pullback write its contribution where it belongs; into the whole of which the input is a part. Returns false, without
     * having done anything, if the pullback cannot, or something is being recorded.
     */
    boolean addInPlace(Node input, Pullback pullback, Tensor dy) {
        if (!(pullback instanceof Accumulating inPlace) || !inPlace.isConstant(dy)) {
            return false;
        }
        boolean later = WaitingProducts.accepts(inPlace, dy);
        Node whole = input;
        int start = 0;
        while (!later && whole.isView()) {
            start += whole.viewStart();
            whole = whole.inputs[0];
        }
        Cotangent sum = at(whole);
        if (!sum.isConstant()) {
            return false;
        }
        if (later) {
            sum.addLater(inPlace, dy);
        } else {
            sum.add(start, input.shape, inPlace, dy);
        }
        return true;
    }
}

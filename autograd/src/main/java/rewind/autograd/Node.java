package rewind.autograd;

/**
 * One entry of a tape: which operation made a value, from which earlier nodes, and how a cotangent goes back to each of them.
 * A value that lies on several tapes (derivatives inside derivatives) has one node on each, linked by {@link #also}.
 */
final class Node {
    /** The name of the entries that stand for "differentiate with respect to this". */
    static final String WATCH = "watch";

    final Tape tape;
    /** The position on the tape. */
    final int index;

    final String op;
    final Shape shape;
    final DType dtype;
    /** Per input its node on the same tape, or null where the input is a constant there. */
    final Node[] inputs;
    /** Per input its pullback, or null where the input lies on no tape or has no derivative. */
    final Pullback[] pullbacks;
    /** Whether the operation is a user's own. */
    final boolean users;
    /** The node of the same value on another tape, or null. */
    final Node also;
    /** Where the operation was called; only kept by a tape that checks for non-finite values. */
    final String site;

    Node(
            Tape tape,
            String op,
            Shape shape,
            DType dtype,
            Node[] inputs,
            Pullback[] pullbacks,
            boolean users,
            Node also) {
        this.tape = tape;
        this.op = op;
        this.shape = shape;
        this.dtype = dtype;
        this.inputs = inputs;
        this.pullbacks = pullbacks;
        this.users = users;
        this.also = also;
        this.site = tape.checksFinite() ? CallSite.find() : null;
        this.index = tape.append(this);
    }

    /** The node of the same value on the given tape, or null; works on null, the node of a constant. */
    static Node on(Tape tape, Node node) {
        Node each = node;
        while (each != null && each.tape != tape) {
            each = each.also;
        }
        return each;
    }

    /** The nodes of the same value on all other tapes. */
    static Node without(Tape tape, Node node) {
        if (node == null) {
            return null;
        }
        Node rest = without(tape, node.also);
        return node.tape == tape ? rest : rest == node.also ? node : node.linkedTo(rest);
    }

    private Node linkedTo(Node rest) {
        return new Node(this, rest);
    }

    /** The same entry of the same tape, linked to other tapes. */
    private Node(Node node, Node also) {
        this.tape = node.tape;
        this.index = node.index;
        this.op = node.op;
        this.shape = node.shape;
        this.dtype = node.dtype;
        this.inputs = node.inputs;
        this.pullbacks = node.pullbacks;
        this.users = node.users;
        this.site = node.site;
        this.also = also;
    }

    /** Whether the value is a contiguous part of another one on the tape. */
    boolean isView() {
        return pullbacks.length == 1 && pullbacks[0] instanceof View view && view.start() >= 0 && inputs[0] != null;
    }

    /** The position of a view's first element in its input. */
    int viewStart() {
        return ((View) pullbacks[0]).start();
    }

    boolean watched() {
        return op.equals(WATCH);
    }

    /** Whether a value computed from this one is recorded somewhere. */
    static boolean recorded(Node node) {
        for (Node each = node; each != null; each = each.also) {
            if (each.tape.recording()) {
                return true;
            }
        }
        return false;
    }
}

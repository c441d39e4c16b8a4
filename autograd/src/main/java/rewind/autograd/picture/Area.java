package rewind.autograd.picture;

/** A rectangle: a box, or a frame around several. Its place is relative to the frame that it is in until all is laid out. */
abstract class Area {
    private final Graph.Group within;
    private double x;
    private double y;
    private double width;
    private double height;

    Area(Graph.Group within) {
        this.within = within;
    }

    /** The frame around it; null around all. */
    final Graph.Group within() {
        return within;
    }

    /** The member of a frame that it is, or is in; null if it is outside. */
    final Area memberOf(Graph.Group group) {
        Area member = this;
        while (member != null && member.within != group) {
            member = member.within;
        }
        return member;
    }

    final double x() {
        return x;
    }

    final double y() {
        return y;
    }

    final double width() {
        return width;
    }

    final double height() {
        return height;
    }

    final void size(double w, double h) {
        width = w;
        height = h;
    }

    final void place(double left, double top) {
        x = left;
        y = top;
    }
}

package rewind.autograd.picture;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is drawn: boxes in groups, and the values that go from one to another. */
final class Graph {
    /** What a box stands for; all but operations and results have nothing before them. */
    enum Look {
        OPERATION,
        INPUT,
        /** A value that is computed elsewhere, at another step say. */
        REFERENCE,
        CONSTANT,
        RESULT
    }

    private final Group root = new Group("", null);
    private final List<Node> nodes = new ArrayList<>();
    private final Set<Edge> edges = new LinkedHashSet<>();

    /** A value goes from a box to another. */
    record Edge(Node from, Node to) {}

    /** Boxes that belong together, in a frame with a title. */
    static final class Group extends Area {
        private final String title;
        private final List<Area> members = new ArrayList<>();

        private Group(String title, Group within) {
            super(within);
            this.title = title;
        }

        String title() {
            return title;
        }

        /** The boxes and frames directly in it. */
        List<Area> members() {
            return members;
        }
    }

    /** A box. */
    static final class Node extends Area {
        private final Look kind;
        private String op;
        private final String shape;
        private String name;
        /** What it shows when the pointer is over it. */
        private String title;

        private long flops;

        private Node(Group within, Look kind, String name, String op, String shape, String title) {
            super(within);
            this.kind = kind;
            this.name = name;
            this.op = op;
            this.shape = shape;
            this.title = title;
        }

        Look kind() {
            return kind;
        }

        /** The name of its value; empty if it has none. */
        String name() {
            return name;
        }

        void rename(String other) {
            name = other;
        }

        /** What is done; empty where nothing is. */
        String op() {
            return op;
        }

        void does(String other) {
            op = other;
        }

        /** The shape of its value. */
        String shape() {
            return shape;
        }

        String title() {
            return title;
        }

        void retitle(String other) {
            title = other;
        }

        /** Floating-point operations at all steps. */
        long flops() {
            return flops;
        }

        void add(long more) {
            flops += more;
        }
    }

    Group root() {
        return root;
    }

    /** In the order in which they were added. */
    List<Node> nodes() {
        return nodes;
    }

    Set<Edge> edges() {
        return edges;
    }

    /** Adds a frame to another. */
    static Group group(String title, Group within) {
        Group group = new Group(title, within);
        within.members.add(group);
        return group;
    }

    /** Adds a box to a frame. */
    Node node(Group within, Look kind, String name, String op, String shape, String title) {
        Node node = new Node(within, kind, name, op, shape, title);
        within.members.add(node);
        nodes.add(node);
        return node;
    }

    void edge(Node from, Node to) {
        edges.add(new Edge(from, to));
    }
}

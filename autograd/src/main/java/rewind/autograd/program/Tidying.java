package rewind.autograd.program;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.algebra.Rewriting;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.algebra.Terms;
import rewind.autograd.program.Equation.Line;

/** Leaves out what nothing uses, and puts adjoints that are used once where they are used. */
final class Tidying {
    private final List<Line> all;
    private final Skipped skipped;
    private final Set<String> kept;
    /** By name, the steps at which a value is used. */
    private final Map<String, BitSet> used = new HashMap<>();
    /** What is used more than once at a step. */
    private final Set<String> several = new HashSet<>();
    /** What is more than another name. */
    private final Set<String> own = new HashSet<>();
    /** What a step makes of the same of another step. */
    private final Set<String> recursive = new HashSet<>();

    private Tidying(List<Line> all, Skipped skipped, Set<String> kept) {
        this.all = all;
        this.skipped = skipped;
        this.kept = kept;
        findUses();
        findNames();
        findRecursive();
    }

    /**
     * The lines that are left.
     *
     * @param kept adjoints that stay as they are
     * @param zeros is given what is left out as it is 0
     */
    static List<Line> of(List<Line> all, Skipped skipped, Set<String> kept, Set<Symbol> zeros) {
        return new Tidying(all, skipped, kept).left(zeros);
    }

    private void findUses() {
        for (Line line : all) {
            if (line.result()) {
                used.computeIfAbsent(line.left().name(), name -> new BitSet());
            }
            line.right().forEachSymbol(symbol -> {
                BitSet steps = used.computeIfAbsent(symbol.name(), name -> new BitSet());
                if (steps.get(symbol.step() + 1)) {
                    several.add(symbol.name());
                }
                steps.set(symbol.step() + 1);
            });
        }
    }

    private void findNames() {
        Map<String, String> other = new HashMap<>();
        for (Line line : all) {
            String name = line.left().name();
            boolean isName = line.right() instanceof Symbol symbol
                    && other.computeIfAbsent(name, key -> symbol.name()).equals(symbol.name());
            if (!isName) {
                own.add(name);
            }
        }
    }

    /** Whether a line is put where its value is used, unless that is made of itself. */
    private boolean isOnce(Line line) {
        String name = line.left().name();
        return line.adjoint()
                && !line.result()
                && !line.isHandedBack()
                && !several.contains(name)
                && !kept.contains(name);
    }

    private void findRecursive() {
        Map<String, Set<String>> madeOf = new LinkedHashMap<>();
        for (Line line : all) {
            if (isOnce(line)) {
                Set<String> names = madeOf.computeIfAbsent(line.left().name(), name -> new HashSet<>());
                line.right().forEachSymbol(symbol -> names.add(symbol.name()));
            }
        }
        List<String> names = new ArrayList<>(madeOf.keySet());
        Collections.reverse(names); // the last of a step is its state
        for (String name : names) {
            Set<String> reached = new HashSet<>();
            Deque<String> open = new ArrayDeque<>(madeOf.get(name));
            while (!open.isEmpty()) {
                String next = open.pop();
                if (madeOf.containsKey(next) && reached.add(next)) {
                    open.addAll(madeOf.get(next));
                }
            }
            if (reached.contains(name)) {
                recursive.add(name);
                madeOf.remove(name);
            }
        }
    }

    /** The lines that are left. */
    private List<Line> left(Set<Symbol> zeros) {
        Map<Symbol, Term> elsewhere = new HashMap<>();
        List<Line> left = new ArrayList<>();
        for (Line line : all) {
            Term right = Rewriting.replace(line.right(), symbol -> skipped.find(elsewhere, symbol));
            String name = line.left().name();
            boolean once = isOnce(line) && !recursive.contains(name);
            if (!line.result() && (once || !own.contains(name) || Terms.isNumber(right, 0))) {
                elsewhere.put(line.left(), right);
                if (Terms.isNumber(right, 0)) {
                    zeros.add(line.left());
                }
            } else if (used.containsKey(name)) {
                boolean factored = line.adjoint() && !kept.contains(name);
                left.add(line.with(factored ? Rewriting.factored(right) : right));
            }
        }
        return left;
    }
}

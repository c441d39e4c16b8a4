package rewind.autograd.program;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.program.Equation.Line;

/** What exists at which steps: what has an equation there, and what is given. */
final class Known {
    private record At(String name, int step) {}

    private final Set<At> all = new HashSet<>();
    private final Set<String> ofSteps = new HashSet<>();
    private final Set<String> sweep = new HashSet<>();
    private final Set<At> zeros = new HashSet<>();
    private final Map<String, Integer> given = new HashMap<>();
    private final Skipped skipped;

    /**
     * @param given the number of steps of the inputs that fall into steps
     * @param zeros what would have an equation were it not 0
     */
    Known(List<Line> lines, Skipped skipped, Map<String, Integer> given, Set<Symbol> zeros) {
        this.skipped = skipped;
        this.given.putAll(given);
        for (Line line : lines) {
            Symbol left = line.left();
            if (line.adjoint()) {
                sweep.add(left.name());
            }
            if (left.step() != Term.NO_STEP) {
                all.add(new At(left.name(), left.step()));
                ofSteps.add(left.name());
            }
        }
        for (Symbol zero : zeros) {
            if (ofSteps.contains(zero.name())) {
                this.zeros.add(new At(zero.name(), zero.step()));
            }
        }
    }

    boolean isOfSweep(String name) {
        return sweep.contains(name);
    }

    /** Whether there is no such value at its step, though there is at others, so that it counts as 0. */
    boolean isMissing(Symbol symbol) {
        Integer steps = given.get(symbol.name());
        return steps != null
                ? symbol.step() < 0 || symbol.step() >= steps
                : ofSteps.contains(symbol.name()) && !isIn(all, symbol.name(), symbol.step());
    }

    /** Whether it has no equation as it is 0. */
    boolean isZero(String name, int step) {
        return isIn(zeros, name, step);
    }

    /** Whether a set has a value at a step; where that is skipped, at the one before. */
    private boolean isIn(Set<At> set, String name, int step) {
        return set.contains(new At(name, step))
                || (skipped.isStep(step) && set.contains(new At(name, skipped.before(step))));
    }

    /** Whether a step comes after another, and those between were not read. */
    boolean isNext(Symbol symbol, Symbol before) {
        int next = before.step() + 1;
        return symbol.step() == next || (skipped.isStep(next) && symbol.step() == skipped.after(next));
    }

    static Symbol moved(Symbol symbol, int by) {
        int step = symbol.step() == Term.NO_STEP ? Term.NO_STEP : symbol.step() + by;
        return new Symbol(symbol.name(), step, symbol.shape());
    }

    /** A value at a step, as remarks write it: h⟨0⟩. */
    static String written(Symbol symbol) {
        return symbol.name() + "⟨" + (symbol.step() + 1) + "⟩";
    }
}

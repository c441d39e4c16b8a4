package rewind.nn.layer;

import java.util.function.Consumer;

/**
 * Something with options, each of them set in a copy: whoever has one never sees it change. A subclass keeps every option in a field with
 * its usual value. What has no more than its numbers is a record instead, and copied by its constructor.
 *
 * <pre>{@code
 * public Csv skip(int lines) {
 *     return with(csv -> csv.skipped = lines);
 * }
 * }</pre>
 *
 * @param <R> the class itself
 */
public abstract class Options<R extends Options<R>> implements Cloneable {
    /** For subclasses. */
    protected Options() {}

    /** Returns a copy in which an option has been set. */
    @SuppressWarnings("unchecked") // R is the class itself
    protected R with(Consumer<? super R> option) {
        try {
            R changed = (R) clone();
            option.accept(changed);
            return changed;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}

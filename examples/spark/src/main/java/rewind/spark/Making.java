package rewind.spark;

import java.io.Serializable;
import java.util.function.Supplier;

/** Makes something anew on every machine, as {@code Losses::meanSquaredError} does, or {@code () -> huber(2)}. */
@FunctionalInterface
public interface Making<T> extends Supplier<T>, Serializable {}

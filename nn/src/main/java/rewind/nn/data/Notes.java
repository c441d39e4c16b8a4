package rewind.nn.data;

import java.util.Optional;

/** Short texts by name that are kept, and saved, with something, a model say: how its data were scaled, what its outputs mean. */
public interface Notes {
    /** Keeps a text in place of one of that name. */
    Notes note(String name, String text);

    /** Returns the text of that name. */
    Optional<String> note(String name);
}

package rewind.autograd.check;

import java.util.List;

/**
 * What reports call the inputs.
 *
 * @param word what precedes a name or number: {@code input}
 * @param names empty if they have numbers only
 */
record Names(String word, List<String> names) {
    String of(int input) {
        return word + " " + (names.isEmpty() ? input : names.get(input));
    }
}

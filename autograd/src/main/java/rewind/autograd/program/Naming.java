package rewind.autograd.program;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import rewind.autograd.require.Check;

/** What equations call values. */
final class Naming {
    private static final String WORD = "\\p{L}[\\p{L}\\p{N}_'⁻⁺.-]*";
    private static final Pattern PATH = Pattern.compile(WORD + "(/" + WORD + ")*");

    private Naming() {}

    /**
     * Requires names that can be told from each other and from the signs of equations.
     *
     * @throws IllegalArgumentException if they are not as many as told, or not different, or not names
     */
    static void require(int count, String of, List<String> names) {
        Check.that(
                names.size() == count && names.stream().distinct().count() == count,
                "program: there must be %s different names, one per %s, got %s",
                count,
                of,
                names);
        for (String name : names) {
            Check.that(
                    PATH.matcher(name).matches(),
                    "program: a name in equations must be a letter, and letters, digits, _ and primes after it, got '%s'",
                    name);
        }
    }

    /** x, or x1, x2, … if there are several. */
    static List<String> numbered(String name, int count) {
        return count == 1
                ? List.of(name)
                : IntStream.rangeClosed(1, count).mapToObj(i -> name + i).toList();
    }

    /** Whether a program goes forward, so that what its trace calls the adjoint of an adjoint is a tangent. */
    static boolean isTangent(Program program) {
        List<String> names = program.inputNames();
        return program.primal() < names.size() && names.get(program.primal()).equals(tangentOf(names.get(0)));
    }

    /** The name of an adjoint: df_ for f_, lstm/df_ for lstm/f_. */
    static String adjointOf(String name) {
        return marked("d", name);
    }

    /** The name of a tangent: vf_ for f_, lstm/vf_ for lstm/f_. */
    static String tangentOf(String name) {
        return marked("v", name);
    }

    /** The name of a cotangent, with primes where an input, or its gradient, has it. */
    static String unlike(String name, List<Program.Input> inputs) {
        String own = name;
        for (Program.Input input : inputs) {
            if (own.equals(input.name()) || own.equals(adjointOf(input.name()))) {
                own = unlike(own + "'", inputs);
            }
        }
        return own;
    }

    private static String marked(String mark, String name) {
        int at = name.lastIndexOf('/') + 1;
        return name.substring(0, at) + mark + name.substring(at);
    }
}

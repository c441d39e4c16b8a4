package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operations;

/**
 * The page OPERATIONS.md: every row of the table with what its page in the Javadoc says of value, derivative and shapes, so that nothing is
 * written twice. With {@code -Drewind.pages=write} it is written anew.
 */
class OperationsPageTest {
    private static final Path PAGE = Path.of("OPERATIONS.md");
    private static final Path SOURCES = Path.of("src", "main", "java", "rewind", "autograd");

    private static final Map<String, String> FAMILIES = families();

    private static final Pattern METHOD = Pattern.compile(
            "(?s)/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*)*(?:default|public static|public) (?:List<)?Tensor>? (\\w+)\\(([^)]*)\\)");

    private static Map<String, String> families() {
        Map<String, String> families = new LinkedHashMap<>();
        families.put("Elementwise", "Functions of every element");
        families.put("Arithmetic", "Functions of two operands");
        families.put("Reductions", "Reductions and functions along axes");
        families.put("Products", "Products");
        families.put("LinearAlgebra", "Linear algebra");
        families.put("Shaping", "Arrangements");
        families.put("Indexing", "Parts");
        families.put("Tensor", "Several equal operands, types, one's own");
        return families;
    }

    @Test
    void thePageSaysWhatTheJavadocSays() throws IOException {
        String page = page();
        if ("write".equals(System.getProperty("rewind.pages"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE).replace("\r\n", "\n").equals(page))
                .as("the page says what the Javadoc says; write it anew with -Drewind.pages=write")
                .isTrue();
    }

    private static String page() throws IOException {
        List<String> rows =
                Operations.all().stream().map(Operation::signature).collect(Collectors.toCollection(ArrayList::new));
        StringBuilder page = new StringBuilder("""
                # Operations

                Every operation of tensors, in the words of its Javadoc: what it returns, its pullbacks (the derivative that arrives at the result
                is called dy, or dz where y is an operand), and what is refused. Two operands broadcast as in NumPy; the derivative of one
                that was repeated is summed over the repeats. Each is in the table from which its tests are made, and a test compares this page with
                the source.
                """);
        for (Map.Entry<String, String> family : FAMILIES.entrySet()) {
            page.append("\n## ").append(family.getValue()).append("\n\n| operation | returns |\n| --- | --- |\n");
            String source = Files.readString(SOURCES.resolve(family.getKey() + ".java"));
            for (Matcher method = METHOD.matcher(source); method.find(); ) {
                String signature = method.group(2) + "(" + types(method.group(3)) + ")";
                if (rows.remove(signature)) {
                    page.append("| `")
                            .append(signature)
                            .append("` | ")
                            .append(text(method.group(1)))
                            .append(" |\n");
                }
            }
        }
        assertThat(rows).as("operations without Javadoc").isEmpty();
        return page.toString();
    }

    private static String types(String parameters) {
        return Arrays.stream(parameters.split(",(?![^<]*>)"))
                .map(parameter -> parameter.strip().replaceAll("<.*>", "").replaceAll("\\s+\\w+$", ""))
                .collect(Collectors.joining(", "));
    }

    /** One line, with Javadoc's tags as Markdown. */
    private static String text(String javadoc) {
        return javadoc.replaceAll("(?m)^\\s*\\* ?", "")
                .replaceAll("(?s)<pre>.*?</pre>", "")
                .replaceAll("(?s)@(param|return|throws)\\b.*", "")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\{@link #?([^}]*)}", "`$1`")
                .replace("<p>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("|", "\\|")
                .replaceAll("\\s+", " ")
                .strip();
    }
}

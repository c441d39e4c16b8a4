package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Assertions on the texts of checks. */
final class Failures {
    private Failures() {}

    /** Compares a report, in which lines of the program stand as dots. */
    static void assertFails(GradientCheck check, String text) {
        assertThat(comparable(check.failure().orElseThrow(), text)).isEqualTo(text.stripTrailing());
        assertThatThrownBy(check::verify)
                .isInstanceOf(AssertionError.class)
                .satisfies(thrown ->
                        assertThat(comparable(thrown.getMessage(), text)).isEqualTo(text.stripTrailing()));
    }

    /** Lines of sources are left out; so are errors of differences, where the text leaves them open: rounding makes them. */
    private static String comparable(String report, String text) {
        String withoutLines = report.replaceAll("called at .*", "called at …");
        return text.contains("± …") ? withoutLines.replaceAll("± \\S+", "± …") : withoutLines;
    }

    static void assertRefused(GradientCheck check, String text) {
        assertThatIllegalArgumentException().isThrownBy(check::failure).withMessage("gradient check: " + text);
        assertThatIllegalArgumentException().isThrownBy(check::verify).withMessage("gradient check: " + text);
    }
}

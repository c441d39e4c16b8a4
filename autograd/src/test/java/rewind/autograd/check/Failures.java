package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Assertions on the texts of checks. */
final class Failures {
    private Failures() {}

    /** Compares a report, in which lines of the program stand as dots. */
    static void assertFails(GradientCheck check, String text) {
        assertThat(withoutLines(check.failure().orElseThrow())).isEqualTo(text.stripTrailing());
        assertThatThrownBy(check::verify)
                .isInstanceOf(AssertionError.class)
                .satisfies(
                        thrown -> assertThat(withoutLines(thrown.getMessage())).isEqualTo(text.stripTrailing()));
    }

    private static String withoutLines(String report) {
        return report.replaceAll("called at .*", "called at …");
    }

    static void assertRefused(GradientCheck check, String text) {
        assertThatIllegalArgumentException().isThrownBy(check::failure).withMessage("gradient check: " + text);
        assertThatIllegalArgumentException().isThrownBy(check::verify).withMessage("gradient check: " + text);
    }
}

package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Assertions on the texts of checks. */
final class Failures {
    private Failures() {}

    static void assertFails(GradientCheck check, String text) {
        assertThat(check.failure()).hasValue(text.stripTrailing());
        assertThatThrownBy(check::verify).isInstanceOf(AssertionError.class).hasMessage(text.stripTrailing());
    }

    static void assertRefused(GradientCheck check, String text) {
        assertThatIllegalArgumentException().isThrownBy(check::failure).withMessage("gradient check: " + text);
        assertThatIllegalArgumentException().isThrownBy(check::verify).withMessage("gradient check: " + text);
    }
}

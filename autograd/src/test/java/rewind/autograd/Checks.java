package rewind.autograd;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Tells which orders of derivative a property of an {@link Operation} checks, 0 for the value; {@link Coverage} counts it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@AddLifecycleHook(CoverageHook.class)
@interface Checks {
    int[] orders();
}

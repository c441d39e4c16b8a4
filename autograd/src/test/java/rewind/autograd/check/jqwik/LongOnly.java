package rewind.autograd.check.jqwik;

import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Skips a property unless the profile is the long one. */
final class LongOnly implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        return Boolean.getBoolean("rewind.long")
                ? SkipResult.doNotSkip()
                : SkipResult.skip("it takes longer: run it with the profile long");
    }
}

package rewind.autograd.check.jqwik;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** Twenty times as many tries in the long profile. */
final class LongRun implements AroundPropertyHook {
    private static final int FACTOR = 20;

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        if (Boolean.getBoolean("rewind.long")) {
            context.attributes().setTries(FACTOR * context.attributes().tries().orElseThrow());
        }
        return property.execute();
    }
}

package rewind.autograd;

import java.util.List;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/** Counts what a successful try of a property (operation, dtype, seed) has checked. */
final class CoverageHook implements AroundTryHook {
    @Override
    public TryExecutionResult aroundTry(TryLifecycleContext context, TryExecutor property, List<Object> parameters) {
        Coverage.ALL.begun(context.targetMethod());
        TryExecutionResult result = property.execute(parameters);
        if (result.status() == TryExecutionResult.Status.SATISFIED) {
            Operation row = (Operation) parameters.get(0);
            DType dtype = (DType) parameters.get(1);
            int seed = (Integer) parameters.get(2);
            int[] orders = context.targetMethod().getAnnotation(Checks.class).orders();
            Coverage.ALL.add(row, row.call(seed, dtype), dtype, orders);
        }
        return result;
    }
}

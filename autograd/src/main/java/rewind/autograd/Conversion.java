package rewind.autograd;

import java.util.Map;
import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Space;

/** The same elements in another type. */
record Conversion(String name, DType dtype) implements Operation<Tensor> {
    @Override
    public Map<String, Object> attributes() {
        return Map.of("dtype", dtype);
    }

    @Override
    public Tensor apply(Tensor[] operands, Space<Tensor> space) {
        return operands[0].to(dtype);
    }
}

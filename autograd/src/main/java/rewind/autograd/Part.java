package rewind.autograd;

import java.util.Map;
import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Space;

/** An operation whose value shares the array of its operand, from a position on. */
record Part(String name, int start) implements Operation<Tensor> {
    @Override
    public Map<String, Object> attributes() {
        return Map.of("start", start);
    }

    @Override
    public Tensor apply(Tensor[] operands, Space<Tensor> space) {
        Form form = (Form) space;
        Shape shape = form.shape();
        return new Tensor(operands[0].buffer.part(start, shape.sizes(), shape.size()), shape, Places.none());
    }
}

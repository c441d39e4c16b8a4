package rewind.benchmarks;

import rewind.autograd.Tensor;

/** The fused operations, and the operations that they stand for. */
enum FusedOperation {
    /** The product of every step, of all gates. */
    ADD_MATMUL("z + x·y", true),
    /** The state of every step. */
    ADD_PRODUCT("z + a ⊙ b", true),
    /** What the pullback of tanh does. */
    TANH_PULLBACK("dy ⊙ (1 − y²)", false),
    /** What the pullback of sigmoid does. */
    SIGMOID_PULLBACK("dy ⊙ y (1 − y)", false);

    private final String formula;
    private final boolean differentiated;

    FusedOperation(String formula, boolean differentiated) {
        this.formula = formula;
        this.differentiated = differentiated;
    }

    /** Returns the name of the method. */
    @Override
    public String toString() {
        return switch (this) {
            case ADD_MATMUL -> "addMatmul";
            case ADD_PRODUCT -> "addProduct";
            case TANH_PULLBACK -> "tanhPullback";
            case SIGMOID_PULLBACK -> "sigmoidPullback";
        };
    }

    String formula() {
        return formula;
    }

    /** Whether training differentiates it: of the pullbacks that would be a second derivative. */
    boolean differentiated() {
        return differentiated;
    }

    /** Returns the result of the one operation, of z or dy and two more operands, of which the pullbacks take the first. */
    Tensor fused(Tensor z, Tensor a, Tensor b) {
        return switch (this) {
            case ADD_MATMUL -> z.addMatmul(a, b);
            case ADD_PRODUCT -> z.addProduct(a, b);
            case TANH_PULLBACK -> a.tanhPullback(z);
            case SIGMOID_PULLBACK -> a.sigmoidPullback(z);
        };
    }

    /** Returns the same of its parts. */
    Tensor parts(Tensor z, Tensor a, Tensor b) {
        return switch (this) {
            case ADD_MATMUL -> z.add(a.matmul(b));
            case ADD_PRODUCT -> z.add(a.mul(b));
            case TANH_PULLBACK -> z.mul(a.square().oneMinus());
            case SIGMOID_PULLBACK -> z.mul(a.mul(a.oneMinus()));
        };
    }
}

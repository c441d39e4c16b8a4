package rewind.autograd.kernel;

/**
 * The leaf loops: plain arithmetic over arrays of type {@code A} ({@code double[]} or {@code float[]}).
 *
 * <p>No kernel checks its arguments, keeps a reference or decides about shapes: the operations do that. Every array is
 * followed by the offset of its first element, in elementwise loops of two or three operands also by its step, 1 to
 * walk along or 0 to repeat one element; the destination comes last, then the sizes. A destination is written
 * completely, whatever it held before. A destination may be one of the sources at the same offset with step 1;
 * otherwise they do not overlap.
 *
 * <p>Reductions see an array as {@code [outer, n, inner]} and reduce the middle axis to {@code [outer, inner]}.
 *
 * @param <A> the array type
 */
public interface Kernels<A> {
    // ---- arrays ----

    A allocate(int length);

    int length(A x);

    double get(A x, int index);

    void set(A x, int index, double value);

    void fill(double value, A y, int yo, int n);

    void copy(A x, int xo, A y, int yo, int n);

    void fromDoubles(double[] x, int xo, A y, int yo, int n);

    void toDoubles(A x, int xo, double[] y, int yo, int n);

    /** The position, counted from the offset, of the first NaN or infinity, or −1. */
    int firstNonFinite(A x, int xo, int n);

    // ---- elementwise, one operand ----

    void neg(A x, int xo, A y, int yo, int n);

    void abs(A x, int xo, A y, int yo, int n);

    /** −1, 0 or 1; NaN stays NaN. */
    void sign(A x, int xo, A y, int yo, int n);

    void square(A x, int xo, A y, int yo, int n);

    void sqrt(A x, int xo, A y, int yo, int n);

    void reciprocal(A x, int xo, A y, int yo, int n);

    void exp(A x, int xo, A y, int yo, int n);

    void expm1(A x, int xo, A y, int yo, int n);

    void log(A x, int xo, A y, int yo, int n);

    void log1p(A x, int xo, A y, int yo, int n);

    void sin(A x, int xo, A y, int yo, int n);

    void cos(A x, int xo, A y, int yo, int n);

    void asin(A x, int xo, A y, int yo, int n);

    void acos(A x, int xo, A y, int yo, int n);

    void atan(A x, int xo, A y, int yo, int n);

    void tanh(A x, int xo, A y, int yo, int n);

    /** 1/(1 + e⁻ˣ), in two branches so that neither overflows: e⁻ˣ for x ≥ 0, eˣ below. */
    void sigmoid(A x, int xo, A y, int yo, int n);

    /** ln σ(x) = min(x, 0) − ln(1 + e^−|x|). */
    void logSigmoid(A x, int xo, A y, int yo, int n);

    /** Φ(x) = erfc(−x/√2)/2, accurate in the lower tail. */
    void normalCdf(A x, int xo, A y, int yo, int n);

    /** φ(x) = e^(−x²/2)/√(2π). */
    void normalPdf(A x, int xo, A y, int yo, int n);

    void erf(A x, int xo, A y, int yo, int n);

    /** 1 − erf(x), accurate in the upper tail. */
    void erfc(A x, int xo, A y, int yo, int n);

    /** ln |Γ(x)|. */
    void lgamma(A x, int xo, A y, int yo, int n);

    /** The derivative of ln Γ(x) of the order after this one. */
    void polygamma(int order, A x, int xo, A y, int yo, int n);

    void floor(A x, int xo, A y, int yo, int n);

    void ceil(A x, int xo, A y, int yo, int n);

    /** The nearest whole number, the even one of two. */
    void round(A x, int xo, A y, int yo, int n);

    /** max(x, 0); NaN stays NaN. */
    void relu(A x, int xo, A y, int yo, int n);

    // ---- elementwise, two and three operands; steps are 0 or 1 ----

    void add(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    void sub(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    void mul(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    void div(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    void pow(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    /** The angle of the point (y, x) from the first axis. */
    void atan2(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    /** The larger; NaN if either is. */
    void maximum(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    /** The smaller; NaN if either is. */
    void minimum(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    /** 1 where x &gt; y, else 0. */
    void greater(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    /** 1 where x ≥ y, else 0. */
    void greaterEqual(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    /** 1 where x = y, else 0. */
    void equal(A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    /** x where the condition is not 0, else y. */
    void where(A c, int co, int cs, A x, int xo, int xs, A y, int yo, int ys, A z, int zo, int n);

    /** w·x, exactly 0 where w = 0, whatever x is. */
    void masked(A w, int wo, int ws, A x, int xo, int xs, A z, int zo, int n);

    // ---- several operations in one pass; steps are 0 or 1 ----

    /** y = x + a·b. */
    void addMul(A x, int xo, int xs, A a, int ao, int as, A b, int bo, int bs, A y, int yo, int n);

    /** dx = dy (1 − y²). */
    void tanhPullback(A y, int yo, int ys, A dy, int dyo, int dys, A dx, int dxo, int n);

    /** dx = dy·y (1 − y). */
    void sigmoidPullback(A y, int yo, int ys, A dy, int dyo, int dys, A dx, int dxo, int n);

    // ---- reductions of the middle axis of [outer, n, inner] ----

    void sum(A x, int xo, A y, int yo, int outer, int n, int inner);

    /** The largest, n ≥ 1; NaN if any is. */
    void max(A x, int xo, A y, int yo, int outer, int n, int inner);

    /** The smallest, n ≥ 1; NaN if any is. */
    void min(A x, int xo, A y, int yo, int outer, int n, int inner);

    /** The index of the first largest, n ≥ 1; of the first NaN if there is one. */
    void argMax(A x, int xo, A y, int yo, int outer, int n, int inner);

    /** The indices in the order of the elements, equal ones as they come, NaN at the end; same shape out. */
    void argSort(A x, int xo, A y, int yo, int outer, int n, int inner);

    /** √Σx², scaled by the largest |x| so that it neither overflows nor underflows; 0 for n = 0. */
    void norm(A x, int xo, A y, int yo, int outer, int n, int inner);

    /** ln Σ eˣ = m + ln Σ e^(x−m) with m the largest x; ±∞ if m is, −∞ for n = 0. */
    void logSumExp(A x, int xo, A y, int yo, int outer, int n, int inner);

    // ---- along the middle axis of [outer, n, inner], same shape out ----

    /** e^(x−m)/Σe^(x−m), m the largest x; 0 if that is −∞. */
    void softmax(A x, int xo, A y, int yo, int outer, int n, int inner);

    /** x − m − ln Σ e^(x−m), m the largest x; −∞ if that is −∞. */
    void logSoftmax(A x, int xo, A y, int yo, int outer, int n, int inner);

    /** y_k = Σ_{j≤k} x_j. */
    void cumsum(A x, int xo, A y, int yo, int outer, int n, int inner);

    /**
     * Cross-entropy of each of {@code rows} rows of n logits: Σ_k t_k (lse − x_k), where terms with t_k = 0 count as 0
     * even if lse − x_k overflows.
     */
    void softmaxCrossEntropy(A x, int xo, A t, int to, A y, int yo, int rows, int n);

    // ---- moving elements ----

    /**
     * y[i·ys] = x[i·xs] for every index i of the given shape; strides are in elements, may be 0 (x only) or negative.
     * The shape has at least one axis.
     */
    void copyStrided(A x, int xo, int[] xs, A y, int yo, int[] ys, int[] shape);

    /** y[i·ys] += x[i·xs], otherwise as {@link #copyStrided}. */
    void addStrided(A x, int xo, int[] xs, A y, int yo, int[] ys, int[] shape);

    /** Row i of y becomes row {@code rows[i]} of x; a row has {@code width} elements. */
    void gatherRows(A x, int xo, int[] rows, A y, int yo, int width);

    /** Row {@code rows[i]} of y gets row i of x added, in the order of i. */
    void scatterAddRows(A x, int xo, int[] rows, A y, int yo, int width);

    // ---- matrix products ----

    /** Computes the products; factors B may have the form that {@link #pack} gave them. */
    default void matmul(Matmul<A> products) {
        product(products).run();
    }

    /** How the products are computed, again and again, with what then stands in the same arrays. */
    Runnable product(Matmul<A> products);

    /** Whether it pays to {@link #pack} a B that several calls with products of this size use. */
    boolean packs(int m, int n, int k, boolean tb);

    /** The number of elements that {@link #pack} writes. */
    int packedLength(int n, int k);

    /** Writes op(B), k × n, in the order in which {@link #matmul} reads packed factors. */
    void pack(A b, int bo, boolean tb, A packed, int po, int n, int k);
}

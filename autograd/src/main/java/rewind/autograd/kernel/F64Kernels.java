package rewind.autograd.kernel;

/** The plain loops over {@code double[]}, one family per interface; they run on every JVM. */
class F64Kernels
        implements F64Arrays, F64Elementwise, F64Pairwise, F64Sums, F64Reductions, F64Softmax, F64Moves, F64Matmul {}

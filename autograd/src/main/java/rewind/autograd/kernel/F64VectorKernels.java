package rewind.autograd.kernel;

/**
 * The loops over {@code double[]} with the Vector API where they gain from it, one family per interface; all others are the plain ones,
 * many of which HotSpot turns into vector code itself.
 *
 * <p>Results depend on nothing but the arguments: not on the length of the machine's vectors either.
 */
class F64VectorKernels
        implements F64Arrays,
                F64VectorPairwise,
                F64VectorFused,
                F64VectorExponentials,
                F64VectorLogarithms,
                F64VectorReductions,
                F64Softmax,
                F64VectorMatmul {}

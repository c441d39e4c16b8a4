package rewind.autograd.kernel;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic and comparisons with the Vector API: bit for bit the results of the plain loops, which also finish what
 * does not fill a vector.
 *
 * <p>HotSpot turns the plain loops into vector code only if all arrays have the same offset, and never a comparison.
 */
interface F64VectorPairwise extends F64Elementwise, F64Pairwise {
    /** The machine's vectors, up to the 512 bits that the order of sums is made for. */
    VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED.length() > F64Format.GROUP
            ? DoubleVector.SPECIES_512
            : DoubleVector.SPECIES_PREFERRED;

    int LANES = SPECIES.length();

    @Override
    default void neg(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            v.neg().intoArray(y, yo + i);
        }
        F64Elementwise.super.neg(x, xo + i, y, yo + i, n - i);
    }

    @Override
    default void abs(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            v.abs().intoArray(y, yo + i);
        }
        F64Elementwise.super.abs(x, xo + i, y, yo + i, n - i);
    }

    @Override
    default void square(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            v.mul(v).intoArray(y, yo + i);
        }
        F64Elementwise.super.square(x, xo + i, y, yo + i, n - i);
    }

    @Override
    default void sqrt(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            v.sqrt().intoArray(y, yo + i);
        }
        F64Elementwise.super.sqrt(x, xo + i, y, yo + i, n - i);
    }

    @Override
    default void reciprocal(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            DoubleVector.broadcast(SPECIES, 1.0).div(v).intoArray(y, yo + i);
        }
        F64Elementwise.super.reciprocal(x, xo + i, y, yo + i, n - i);
    }

    @Override
    default void relu(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            v.max(0.0).intoArray(y, yo + i);
        }
        F64Elementwise.super.relu(x, xo + i, y, yo + i, n - i);
    }

    @Override
    default void add(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        int i = 0;
        if (xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.add(right).intoArray(z, zo + i);
            }
        } else if (ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.add(right).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                left.add(right).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.add(x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }

    @Override
    default void sub(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        int i = 0;
        if (xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.sub(right).intoArray(z, zo + i);
            }
        } else if (ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.sub(right).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                left.sub(right).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.sub(x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }

    @Override
    default void mul(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        int i = 0;
        if (xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.mul(right).intoArray(z, zo + i);
            }
        } else if (ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.mul(right).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                left.mul(right).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.mul(x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }

    @Override
    default void div(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        int i = 0;
        if (xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.div(right).intoArray(z, zo + i);
            }
        } else if (ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.div(right).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                left.div(right).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.div(x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }

    @Override
    default void maximum(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        int i = 0;
        if (xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.max(right).intoArray(z, zo + i);
            }
        } else if (ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.max(right).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                left.max(right).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.maximum(x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }

    @Override
    default void minimum(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        int i = 0;
        if (xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.min(right).intoArray(z, zo + i);
            }
        } else if (ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                left.min(right).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                left.min(right).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.minimum(x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }

    @Override
    default void greater(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector one = DoubleVector.broadcast(SPECIES, 1.0);
        int i = 0;
        if (xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                zero.blend(one, left.compare(GT, right)).intoArray(z, zo + i);
            }
        } else if (ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                zero.blend(one, left.compare(GT, right)).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                zero.blend(one, left.compare(GT, right)).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.greater(x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }

    @Override
    default void greaterEqual(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector one = DoubleVector.broadcast(SPECIES, 1.0);
        int i = 0;
        if (xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                zero.blend(one, left.compare(GE, right)).intoArray(z, zo + i);
            }
        } else if (ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                zero.blend(one, left.compare(GE, right)).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                zero.blend(one, left.compare(GE, right)).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.greaterEqual(x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }

    @Override
    default void equal(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        DoubleVector zero = DoubleVector.zero(SPECIES);
        DoubleVector one = DoubleVector.broadcast(SPECIES, 1.0);
        int i = 0;
        if (xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                zero.blend(one, left.compare(EQ, right)).intoArray(z, zo + i);
            }
        } else if (ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                zero.blend(one, left.compare(EQ, right)).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                zero.blend(one, left.compare(EQ, right)).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.equal(x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }
}

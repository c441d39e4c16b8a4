package rewind.benchmarks.systems;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Fused multiply-adds of whole vectors that stay in registers. Twelve chains that do not depend on each other hide the latency of the
 * instruction.
 */
public final class Chains {
    private static final int CHAINS = 12;

    private Chains() {}

    /** Returns the length of the vectors that are used. */
    public static int vectorBits() {
        return DoubleVector.SPECIES_PREFERRED.vectorBitSize();
    }

    /** Does {@link #flops} operations; the result only keeps them from being optimised away. */
    static double run(Precision precision, int iterations) {
        return precision == Precision.FLOAT64 ? doubles(iterations) : floats(iterations);
    }

    /** Returns the number of operations in a {@link #run}: two for every multiply-add of an element. */
    public static double flops(Precision precision, int iterations) {
        int lanes = precision == Precision.FLOAT64
                ? DoubleVector.SPECIES_PREFERRED.length()
                : FloatVector.SPECIES_PREFERRED.length();
        return 2.0 * lanes * CHAINS * iterations;
    }

    private static double doubles(int iterations) {
        DoubleVector x = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 0.999);
        DoubleVector y = DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, 0.001);
        DoubleVector a = x, b = a.add(y), c = b.add(y), d = c.add(y), e = d.add(y), f = e.add(y);
        DoubleVector g = f.add(y), h = g.add(y), i = h.add(y), j = i.add(y), k = j.add(y), l = k.add(y);
        for (int iteration = 0; iteration < iterations; iteration++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
            i = i.fma(x, y);
            j = j.fma(x, y);
            k = k.fma(x, y);
            l = l.fma(x, y);
        }
        DoubleVector first = a.add(b).add(c).add(d).add(e).add(f);
        DoubleVector second = g.add(h).add(i).add(j).add(k).add(l);
        return first.add(second).reduceLanes(VectorOperators.ADD);
    }

    private static double floats(int iterations) {
        FloatVector x = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 0.999f);
        FloatVector y = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 0.001f);
        FloatVector a = x, b = a.add(y), c = b.add(y), d = c.add(y), e = d.add(y), f = e.add(y);
        FloatVector g = f.add(y), h = g.add(y), i = h.add(y), j = i.add(y), k = j.add(y), l = k.add(y);
        for (int iteration = 0; iteration < iterations; iteration++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
            i = i.fma(x, y);
            j = j.fma(x, y);
            k = k.fma(x, y);
            l = l.fma(x, y);
        }
        FloatVector first = a.add(b).add(c).add(d).add(e).add(f);
        FloatVector second = g.add(h).add(i).add(j).add(k).add(l);
        return first.add(second).reduceLanes(VectorOperators.ADD);
    }
}

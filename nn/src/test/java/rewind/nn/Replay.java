package rewind.nn;

import org.apache.commons.math3.random.AbstractRandomGenerator;

/** A generator whose normal draws are given ones, in order; anything else, or one draw more, fails. */
final class Replay extends AbstractRandomGenerator {
    private final double[] normals;
    private int next;

    Replay(double... normals) {
        this.normals = normals.clone();
    }

    /** How many draws are left. */
    int left() {
        return normals.length - next;
    }

    @Override
    public double nextGaussian() {
        return normals[next++];
    }

    @Override
    public double nextDouble() {
        throw new AssertionError("only normal draws are recorded");
    }

    @Override
    public void setSeed(long seed) {
        throw new AssertionError("a recorded sequence has no seed");
    }
}

package rewind.benchmarks.gradbench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rewind.autograd.Tensor;

/** Bones of a hand, one hanging on another, and how its skin follows them. */
final class HandModel {
    private static final int FINGERS = 5;
    private static final int BONES_OF_FINGER =
            4; // of which the first is not bent; the wrist comes before them, the forearm after

    /** r ↦ the matrix of x ↦ r × x, its elements in a row. */
    private static final Tensor CROSS = Tensor.of(new double[][] {
        {0, 0, 0}, {0, 0, -1}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}, {-1, 0, 0}, {0, -1, 0}, {1, 0, 0}, {0, 0, 0}
    });

    private final int[] parents;
    private final Tensor relatives;
    private final Tensor inverses;
    private final Tensor skin;
    private final boolean mirrored;
    private final int[] bends;
    private final int[] spreads;

    /** One as an eval gives it. */
    HandModel(Input model) {
        parents = model.integers("parents");
        relatives = model.tensor("base_relatives");
        inverses = model.tensor("inverse_base_absolutes");
        mirrored = model.flag("is_mirrored");
        Tensor base = model.tensor("base_positions");
        Tensor follows = model.tensor("weights").expandDims(2).mul(base.expandDims(1));
        skin = Tensor.concat(1, follows.reshape(base.size(0), -1), Tensor.ones(base.size(0), 1));
        bends = new int[parents.length];
        spreads = new int[parents.length];
        Arrays.fill(bends, -1); // the 0 after the parameters
        Arrays.fill(spreads, -1);
        for (int finger = 0; finger < FINGERS; finger++) {
            int bone = 2 + BONES_OF_FINGER * finger; // the second of the finger
            int parameter = 6 + 4 * finger;
            bends[bone] = parameter;
            spreads[bone] = parameter + 1;
            bends[bone + 1] = parameter + 2;
            bends[bone + 2] = parameter + 3;
        }
    }

    /**
     * Returns what the places of the skin are a linear function of, [4·bones + 1, 3]: the movement of every bone, and the translation.
     *
     * @param theta global rotation and translation, and of every finger how it is bent, spread, bent and bent
     */
    Tensor movements(Tensor theta) {
        Tensor padded = theta.pad(0, 0, 1);
        Tensor turned = relatives.matmul(rotations(padded.gather(bends), padded.gather(spreads)));
        Tensor bones = absolutes(turned).matmul(inverses).slice(1, 0, 3);
        Tensor seen = mirrored ? bones.mul(Tensor.of(-1, 1, 1).expandDims(1)) : bones;
        Tensor moved = rotation(theta.slice(0, 0, 3)).matmul(seen);
        return Tensor.concat(
                0,
                moved.permute(0, 2, 1).reshape(4 * parents.length, 3),
                theta.slice(0, 3, 6).expandDims(0));
    }

    /** Returns [vertices, 4·bones + 1]: times the movements, the places of all vertices. */
    Tensor skin() {
        return skin;
    }

    /** The rotation by |r| around r; none if r is as good as 0. */
    private static Tensor rotation(Tensor r) {
        Tensor angle = r.norm();
        if (angle.toDouble() < 1e-4) {
            return Tensor.eye(3);
        }
        Tensor axis = r.div(angle);
        Tensor outer = axis.outer(axis);
        Tensor cross = CROSS.matmul(axis.expandDims(1)).reshape(3, 3);
        return outer.add(Tensor.eye(3).sub(outer).mul(angle.cos())).add(cross.mul(angle.sin()));
    }

    /** Of every bone the rotation around z times that around x, [bones, 4, 4]. */
    private static Tensor rotations(Tensor x, Tensor z) {
        Tensor no = Tensor.zeros(x.size());
        Tensor one = Tensor.ones(x.size());
        Tensor aroundX = Tensor.stack(
                1, one, no, no, no, no, x.cos(), x.sin().neg(), no, no, x.sin(), x.cos(), no, no, no, no, one);
        Tensor aroundZ = Tensor.stack(
                1, z.cos(), z.sin().neg(), no, no, z.sin(), z.cos(), no, no, no, no, one, no, no, no, no, one);
        return aroundZ.reshape(-1, 4, 4).matmul(aroundX.reshape(-1, 4, 4));
    }

    /** Products along the way from the root, for all bones of one depth at once. */
    private Tensor absolutes(Tensor relative) {
        int[] places = new int[parents.length]; // where a bone stands among those that are done
        int[] depths = new int[parents.length];
        for (int i = 0; i < parents.length; i++) {
            depths[i] = parents[i] < 0 ? 0 : depths[parents[i]] + 1; // parents come first
        }
        Tensor done = null;
        int count = 0;
        for (int depth = 0; count < parents.length; depth++) {
            List<Integer> level = new ArrayList<>();
            for (int i = 0; i < parents.length; i++) {
                if (depths[i] == depth) {
                    level.add(i);
                }
            }
            int[] bones = level.stream().mapToInt(i -> i).toArray();
            Tensor own = relative.gather(bones);
            if (done == null) {
                done = own;
            } else {
                int[] on = Arrays.stream(bones).map(i -> places[parents[i]]).toArray();
                done = Tensor.concat(0, done, done.gather(on).matmul(own));
            }
            for (int bone : bones) {
                places[bone] = count++;
            }
        }
        return done.gather(places);
    }
}

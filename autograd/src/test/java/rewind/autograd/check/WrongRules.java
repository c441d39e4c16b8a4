package rewind.autograd.check;

import java.util.Arrays;
import java.util.List;
import rewind.autograd.Tensor;

/** Operations with the mistakes that derivative rules usually have. */
final class WrongRules {
    private WrongRules() {}

    /** d sin = −cos. */
    static Tensor signError(Tensor x) {
        return Tensor.op(
                "sin", in -> in[0].sin(), List.of(x), y -> dy -> dy.mul(x.cos()).neg());
    }

    /** d x² = x. */
    static Tensor factorForgotten(Tensor x) {
        return Tensor.op("square", in -> in[0].square(), List.of(x), y -> dy -> dy.mul(x));
    }

    /** dx = dz·y instead of dz·yᵀ; the other input is right. */
    static Tensor transposeForgotten(Tensor x, Tensor y) {
        return Tensor.op(
                "matmul",
                in -> in[0].matmul(in[1]),
                List.of(x, y),
                z -> dz -> dz.matmul(y),
                z -> dz -> x.transpose().matmul(dz));
    }

    /** The bias of [m, u] rows gets the mean over the rows instead of the sum. */
    static Tensor meanForSum(Tensor x, Tensor bias) {
        return Tensor.op("addBias", in -> in[0].add(in[1]), List.of(x, bias), y -> dy -> dy, y -> dy -> dy.mean(0));
    }

    /** The softmax of a vector without −y Σ dy y. */
    static Tensor termDropped(Tensor x) {
        return Tensor.op("softmax", in -> in[0].softmax(0), List.of(x), y -> dy -> dy.mul(y));
    }

    /** 1 − x² for 1 − y². */
    static Tensor wrongPlace(Tensor x) {
        return Tensor.op(
                "tanh",
                in -> in[0].tanh(),
                List.of(x),
                y -> dy -> dy.mul(x.square().oneMinus()));
    }

    /** The sum, with ones whatever arrives. */
    static Tensor cotangentIgnored(Tensor x) {
        return Tensor.op(
                "sum",
                in -> in[0].sum(),
                List.of(x),
                y -> dy -> Tensor.full(1, x.shape().toArray()));
    }

    /** x·y, whose inputs get each other's derivative. */
    static Tensor swapped(Tensor x, Tensor y) {
        return Tensor.op("mul", in -> in[0].mul(in[1]), List.of(x, y), z -> dz -> dz.mul(x), z -> dz -> dz.mul(y));
    }

    /** x³, whose first derivative is right, but a constant to the second one. */
    static Tensor detachedCube(Tensor x) {
        Tensor slope = x.detach().square().mul(3);
        return Tensor.op("cube", in -> in[0].pow(3), List.of(x), y -> dy -> dy.mul(slope));
    }

    /** x³, right up to the second derivative, which is a constant to the third one. */
    static Tensor cubeWithWrongThird(Tensor x) {
        Tensor constant = x.detach();
        return Tensor.op("cube", in -> in[0].pow(3), List.of(x), y -> dy -> {
            Tensor slope = Tensor.op(
                    "slope",
                    in -> in[0].square().mul(3),
                    List.of(x),
                    z -> dz -> dz.mul(constant).mul(6));
            return dy.mul(slope);
        });
    }

    /** x³, right to any order. */
    static Tensor cube(Tensor x) {
        return Tensor.op(
                "cube",
                in -> in[0].pow(3),
                List.of(x),
                y -> dy -> dy.mul(x.square().mul(3)));
    }

    /** tanh, with the derivative of one element multiplied by a factor. */
    static Tensor tanhWrongAt(int position, double factor, Tensor x) {
        double[] factors = new double[x.size()];
        Arrays.fill(factors, 1);
        factors[position] = factor;
        Tensor wrong = Tensor.of(x.shape(), factors);
        return Tensor.op(
                "tanh",
                in -> in[0].tanh(),
                List.of(x),
                y -> dy -> dy.mul(y.square().oneMinus()).mul(wrong));
    }
}

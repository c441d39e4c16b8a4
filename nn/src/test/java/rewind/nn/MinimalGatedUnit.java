package rewind.nn;

import rewind.autograd.Tensor;

/** A cell as a user would define it, without {@link Cell#project}. Source: Heck and Salem, arXiv:1701.03452. */
final class MinimalGatedUnit {
    private MinimalGatedUnit() {}

    static Cell<Tensor> define(Scope scope, int inputs, int units) {
        Tensor Uf = scope.parameter("Uf", inputs, units);
        Tensor Vf = scope.parameter("Vf", units, units);
        Tensor bf = scope.bias("bf", units);
        Tensor Uh = scope.parameter("Uh", inputs, units);
        Tensor Vh = scope.parameter("Vh", units, units);
        Tensor bh = scope.bias("bh", units);
        return (x, h) -> {
            Tensor f = x.matmul(Uf).add(h.matmul(Vf)).add(bf).sigmoid();
            Tensor candidate = x.matmul(Uh).add(f.mul(h).matmul(Vh)).add(bh).tanh();
            return f.mul(h).add(f.oneMinus().mul(candidate));
        };
    }
}

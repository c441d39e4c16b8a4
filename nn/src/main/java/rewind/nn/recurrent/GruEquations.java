package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.nn.layer.Cell;

/** What both forms of the gated recurrent unit share: all but what their candidates see of the state. */
interface GruEquations extends Cell<Tensor> {
    /** (3, e, u). */
    Tensor U();

    /** (2, u, u). */
    Tensor Vzr();

    /** (3, 1, u). */
    Tensor b();

    Gates gates();

    /** What the sum hh_ has of the state, given the reset gate. */
    Tensor recalled(Tensor r, Tensor h);

    @Override
    default Tensor project(Tensor x) {
        return x.expandDims(-3).matmul(U()).add(b()); // (…, 3, m, u)
    }

    @Override
    default Tensor advance(Tensor xU, Tensor h) {
        return advance(xU, h, h);
    }

    @Override
    default Tensor advance(Tensor xU, Tensor h, Tensor seen) {
        Tensor zr_ = xU.slice(0, 0, 2).add(seen.matmul(Vzr()));
        Tensor z = gates().open("z", zr_);
        Tensor r = gates().open("r", zr_);
        Tensor hh_ = xU.select(0, 2).add(recalled(r, seen)).named("hh_");
        Tensor hh = gates().activate("hh", hh_);
        return z.mul(h).add(z.oneMinus().mul(hh)).named("h");
    }

    @Override
    default Tensor step(Tensor x, Tensor h) {
        return advance(project(x), h);
    }
}

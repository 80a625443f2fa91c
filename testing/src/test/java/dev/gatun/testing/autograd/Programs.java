package dev.gatun.testing.autograd;

import static dev.gatun.autograd.Index.all;
import static dev.gatun.autograd.Index.at;
import static dev.gatun.autograd.Index.range;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Reduce;
import dev.gatun.runtime.DType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;

/** Writes into slices and views, each the twin of a function of the same name in fixtures/make_fixtures.py. */
final class Programs {
    private static final long END = Long.MAX_VALUE;
    private static final Map<String, BinaryOperator<Tensor>> ALL = new LinkedHashMap<>();

    private Programs() {}

    /** Functions of x [3, 4] and v [3], by name. */
    static Map<String, BinaryOperator<Tensor>> byName() {
        return ALL;
    }

    static {
        ALL.put("base column", Programs::baseColumn);
        ALL.put("plain base", (x, v) -> plainThenValue(v).add(x));
        ALL.put("stale view", Programs::staleView);
        ALL.put("chained views", Programs::chainedViews);
        ALL.put("view of view", Programs::viewOfViewWritten);
        ALL.put("dead base", Programs::deadBase);
        ALL.put("write twice", Programs::writeTwice);
        ALL.put("overlapping", Programs::overlapping);
        ALL.put("in place chain", Programs::inPlaceChain);
        ALL.put("fill slice", Programs::fillSlice);
        ALL.put("through reshape", Programs::throughReshape);
        ALL.put("max with indices", Programs::maxWithIndices);
        ALL.put("expanded", Programs::expandedSum);
    }

    private static Tensor column(Tensor y, long c) {
        return y.index(all(), at(c));
    }

    private static Tensor baseColumn(Tensor x, Tensor v) {
        Tensor y = x.mul(2);
        column(y, 1).copy_(v);
        return y.mul(y);
    }

    private static Tensor plainThenValue(Tensor v) {
        Tensor y = Tensor.zeros(v.dtype(), 3, 4).to(v.device());
        column(y, 2).copy_(v);
        y.index(at(0)).copy_(v.sum());
        return y.mul(3);
    }

    private static Tensor staleView(Tensor x, Tensor v) {
        Tensor y = x.mul(2);
        Tensor column = column(y, 1);
        Tensor other = column(y, 0);
        column(y, 1).copy_(v);
        return column.mul(other).add(y.sum());
    }

    private static Tensor chainedViews(Tensor x, Tensor v) {
        Tensor y = x.neg();
        y.t().index(range(1, 3)).select(0, 1).mul_(v);
        return y.square();
    }

    private static Tensor viewOfViewWritten(Tensor x, Tensor v) {
        Tensor y = x.mul(1.5);
        Tensor a = y.index(range(1, END));
        Tensor b = a.index(all(), range(1, 3));
        b.add_(v.index(range(1, END)));
        return a.mul(2).add(y.index(range(1, END)).mul(b.sum()));
    }

    private static Tensor deadBase(Tensor x, Tensor v) {
        Tensor base = x.mul(2);
        Tensor view = column(base, 1);
        base.release();
        view.mul_(v);
        return view.mul(3);
    }

    private static Tensor writeTwice(Tensor x, Tensor v) {
        Tensor y = x.mul(1.0);
        y.index(at(0), at(1)).copy_(v.sum());
        column(y, 1).copy_(v);
        column(y, 1).copy_(column(y, 2).clone().mul(v));
        return y.tanh();
    }

    private static Tensor overlapping(Tensor x, Tensor v) {
        Tensor y = x.mul(v.sum());
        y.index(all(), range(1, END)).copy_(y.index(all(), range(0, 3)));
        return y.mul(y);
    }

    private static Tensor inPlaceChain(Tensor x, Tensor v) {
        Tensor y = x.mul(2);
        y.mul_(v.unsqueeze(1)).add_(1).sigmoid_();
        return y;
    }

    private static Tensor fillSlice(Tensor x, Tensor v) {
        Tensor y = x.mul(2);
        y.index(range(1, END), range(0, END, 2)).fill_(0.5);
        return y.mul(v.unsqueeze(1)).exp();
    }

    private static Tensor throughReshape(Tensor x, Tensor v) {
        Tensor y = x.mul(2);
        y.view(2, 6).index(at(1)).mul_(3);
        y.view(-1).index(range(4, 7)).copy_(v);
        return y;
    }

    private static Tensor maxWithIndices(Tensor x, Tensor v) {
        Reduce.Extreme best = x.mul(v.unsqueeze(1)).max(0);
        return best.values().mul(best.indices().to(DType.F64));
    }

    private static Tensor expandedSum(Tensor x, Tensor v) {
        return v.unsqueeze(1)
                .expand(3, 4)
                .mul(x)
                .exp()
                .sum(0)
                .div(x.square().mean().sqrt());
    }
}

package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.kernels.HostCopy;
import dev.gatun.runtime.kernels.Kernels;
import java.util.List;

/**
 * Reading and writing where a mask (BOOL) is set. How many places that are is counted first, on the device. The
 * counterparts are {@code torch.masked_select}, {@code torch.masked_scatter} and {@code torch.nonzero}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(-1f, 2f, 3f);
 * System.out.println(Mask.maskedSelect(x, x.gt(0))); // tensor([2., 3.])
 * System.out.println(Mask.nonzero(x.gt(0)).flatten()); // tensor([1, 2])
 * }
 */
public final class Mask {
    private Mask() {}

    /**
     * The elements of x where the mask is set, in row-major order; x and mask are broadcast. {@code torch.masked_select}.
     *
     * @param x any dtype
     * @param mask BOOL
     * @return [set]
     */
    public static Tensor maskedSelect(Tensor x, Tensor mask) {
        checkMask("maskedSelect", x, mask);
        Shape shape = Shape.broadcast("maskedSelect", x.shape(), mask.shape());
        return select("MaskedSelectBackward0", View.expand(x, shape.toArray()), View.expand(mask, shape.toArray()));
    }

    /** The same for operands of one shape, under a name. */
    static Tensor select(String node, Tensor x, Tensor mask) {
        Tensor dense = x.isContiguous() ? x : Elementwise.clone(x.detach());
        Tensor set = mask.contiguous();
        Tensor starts = starts(set);
        Tensor y = x.newEmpty(Shape.of(count(starts)));
        x.device().kernels().index().maskSelect(dense, set, starts, y);
        starts.release();
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(set);
        Shape before = x.shape();
        return Graph.record(node, y, saved, Input.of(x, g -> maskedScatter(g.newZeros(before), saved.get(0), g)));
    }

    /**
     * A copy of x whose elements where the mask is set are those of source, one after the other. {@code
     * torch.masked_scatter}.
     *
     * @param x any dtype
     * @param mask BOOL, broadcast to x
     * @param source x's dtype, with at least as many elements as the mask sets
     */
    public static Tensor maskedScatter(Tensor x, Tensor mask, Tensor source) {
        checkScatter("maskedScatter", x, mask, source);
        Tensor set = View.expand(mask, x.shape().toArray()).contiguous();
        Tensor y = Elementwise.clone(x.detach());
        put("maskedScatter", y, set, source);
        if (!Graph.records(x, source)) {
            return y;
        }
        Saved saved = Saved.of(set);
        Shape given = source.shape();
        return Graph.record(
                "MaskedScatterBackward0",
                y,
                saved,
                Input.of(x, g -> cleared(g, saved.get(0))),
                Input.of(source, g -> taken(g, saved.get(0), given)));
    }

    /** In place: as {@link #maskedScatter}. */
    public static Tensor maskedScatter_(Tensor x, Tensor mask, Tensor source) {
        checkScatter("maskedScatter_", x, mask, source);
        boolean records = Graph.checkWrite("maskedScatter_", x, source);
        Tensor set = View.expand(mask, x.shape().toArray()).contiguous();
        if (x.isContiguous() && !InPlace.shareMemory("maskedScatter_", x, source)) {
            put("maskedScatter_", x, set, source);
        } else {
            try (GradMode off = GradMode.noGrad();
                    Scope scope = Scope.open()) {
                Tensor y = x.clone();
                put("maskedScatter_", y, set, source);
                x.device().kernels().elementwise().cast(y, x);
            }
        }
        x.storage("maskedScatter_").touch();
        if (records) {
            Saved saved = Saved.of(set);
            Shape given = source.shape();
            Graph.recordWrite(
                    "MaskedScatterBackward0",
                    x,
                    saved,
                    Input.of(x, g -> cleared(g, saved.get(0))),
                    Input.of(source, g -> taken(g, saved.get(0), given)));
        }
        return x;
    }

    /** I64 [set, rank]: where x is not 0, in row-major order. {@code torch.nonzero}. */
    public static Tensor nonzero(Tensor x) {
        Checks.computable("nonzero", x);
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor mask = (x.dtype() == DType.BOOL ? x : x.ne(0)).contiguous();
            if (x.rank() == 0) {
                return scope.keep(
                        View.narrow(nonzero(View.view(mask, 1)), 1, 0, 0).detach());
            }
            Tensor starts = starts(mask);
            Tensor y = scope.keep(Tensor.empty(x.device(), DType.I64, Shape.of(count(starts), x.rank())));
            x.device().kernels().index().maskNonzero(mask, starts, y);
            return y;
        }
    }

    /** I64 [set]: where a mask is set, as if it were flat. */
    static Tensor places(Tensor mask) {
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            return scope.keep(View.detach(View.view(nonzero(View.reshape(mask, -1)), -1)));
        }
    }

    private static Tensor cleared(Tensor g, Tensor mask) {
        return Tensor.where(mask, Tensor.scalar(0, g.dtype()).to(g.device()), g);
    }

    /** The gradient of the elements that were taken, in source's shape; 0 for those that were not needed. */
    private static Tensor taken(Tensor g, Tensor mask, Shape source) {
        Tensor taken = select("MaskedSelectBackward0", g, mask);
        long left = source.count() - taken.count();
        Tensor all = left == 0 ? taken : Join.cat(List.of(taken, g.newZeros(Shape.of(left))), 0);
        return View.reshape(all, source.toArray());
    }

    /** Past the graph; y is contiguous and shares nothing with source. */
    private static void put(String op, Tensor y, Tensor mask, Tensor source) {
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor starts = starts(mask);
            long count = count(starts);
            Checks.require(
                    source.count() >= count, op, "the mask sets " + count + " elements, source has fewer", source);
            Tensor values = View.narrow(View.reshape(source, -1), 0, 0, count).contiguous();
            y.device().kernels().index().maskScatter(y, mask, starts, values);
        }
    }

    private static Tensor starts(Tensor mask) {
        Shape shape = Shape.of(Math.ceilDiv(mask.count(), Kernels.Index.MASK_CHUNK) + 1);
        Tensor starts = Tensor.empty(mask.device(), DType.I64, shape);
        mask.device().kernels().index().maskStarts(mask, starts);
        return starts;
    }

    private static long count(Tensor starts) {
        long[] last = new long[1];
        HostCopy.read(starts, starts.count() - 1, last);
        return last[0];
    }

    private static void checkMask(String op, Tensor x, Tensor mask) {
        Checks.require(mask.dtype() == DType.BOOL, op, "the mask is not bool", mask);
        Checks.sameDevice(op, x, mask);
    }

    private static void checkScatter(String op, Tensor x, Tensor mask, Tensor source) {
        checkMask(op, x, mask);
        Checks.sameDevice(op, x, source);
        Checks.require(x.dtype() == source.dtype(), op, "dtypes differ", x, source);
        mask.layout().expand(op, x.shape());
    }
}

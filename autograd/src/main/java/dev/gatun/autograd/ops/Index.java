package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Shape;
import java.util.Arrays;
import java.util.List;

/** Reading and adding by index. */
public final class Index {
    private Index() {}

    /**
     * Entries of a dimension at an index. {@code torch.index_select}.
     *
     * @param x any dtype
     * @param dim of x
     * @param index I64 [n]
     * @return x's shape with size n at dim
     * @throws IllegalArgumentException if an index is out of range
     */
    public static Tensor indexSelect(Tensor x, int dim, Tensor index) {
        Checks.indexes("indexSelect", index);
        Checks.sameDevice("indexSelect", x, index);
        Checks.require(index.rank() <= 1, "indexSelect", "the index is not a vector", index);
        Checks.require(x.rank() > 0, "indexSelect", "takes no rank 0", x);
        int at = x.shape().dim(dim, "indexSelect");
        if (at == 0) {
            return gatherRows(x, index.rank() == 0 ? index.view(1) : index);
        }
        return View.transpose(indexSelect(View.transpose(x, 0, at), 0, index), 0, at);
    }

    private static Tensor gatherRows(Tensor x, Tensor index) {
        Tensor rows = x.isContiguous() ? x : x.contiguous();
        Tensor at = index.contiguous();
        Tensor y = x.newEmpty(x.shape().with(0, at.size(0)));
        x.device().kernels().index().gatherRows(rows, at, y);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(at);
        Shape shape = rows.shape();
        return Graph.record(
                "IndexSelectBackward0", y, saved, Input.of(rows, g -> addRows(g.newZeros(shape), saved.get(0), g)));
    }

    /** A new tensor: x with the rows of y added at index; differentiable in both. */
    static Tensor addRows(Tensor x, Tensor index, Tensor y) {
        Tensor sum;
        try (GradMode off = GradMode.noGrad()) {
            sum = Elementwise.clone(x);
            x.device().kernels().index().indexAddRows(index, y.contiguous(), sum);
        }
        if (!Graph.records(x, y)) {
            return sum;
        }
        Saved saved = Saved.of(index);
        return Graph.record(
                "IndexAddBackward0",
                sum,
                saved,
                Input.of(x, g -> g),
                Input.of(y, g -> indexSelect(g, 0, saved.get(0))));
    }

    /**
     * The elements of x at one index along a dimension, with size 1 there; the gradient of extremes.
     *
     * @param x any dtype
     * @param dim of x
     * @param index I64, x's shape with size 1 at dim
     */
    static Tensor gather(Tensor x, int dim, Tensor index) {
        if (x.rank() == 0) {
            return View.view(gather(View.view(x, 1), 0, index.view(1)));
        }
        int last = x.rank() - 1;
        int at = x.shape().dim(dim, "gather");
        if (at != last) {
            return View.transpose(gather(View.transpose(x, at, last), last, View.transpose(index, at, last)), at, last);
        }
        Tensor dense = x.isContiguous() ? x : x.contiguous();
        Tensor places = index.contiguous();
        Tensor y = x.newEmpty(index.shape());
        x.device().kernels().index().pick(dense, places, y);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.of(places);
        long n = x.size(last);
        return Graph.record("GatherBackward0", y, saved, Input.of(dense, g -> {
            Tensor hits = saved.get(0).eq(Tensor.arange(n).to(g.device())); // [*, n] against [*, 1]
            return hits.to(g.dtype()).mul(g);
        }));
    }

    /** Rows joined from several tensors of one shape; for collating samples. {@code torch.stack} along dimension 0. */
    public static Tensor stack(List<Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException("stack: no tensors");
        }
        Tensor first = tensors.get(0);
        for (int i = 1; i < tensors.size(); i++) {
            Tensor x = tensors.get(i);
            if (!x.shape().equals(first.shape()) || x.dtype() != first.dtype() || x.device() != first.device()) {
                throw new IllegalArgumentException(
                        "stack: tensor " + i + " differs from the first: " + x.describe() + ", " + first.describe());
            }
        }
        long[] sizes = new long[first.rank() + 1];
        System.arraycopy(first.shape().toArray(), 0, sizes, 1, first.rank());
        sizes[0] = tensors.size();
        Tensor y = first.newEmpty(Shape.of(sizes));
        try (GradMode off = GradMode.noGrad()) {
            for (int i = 0; i < tensors.size(); i++) {
                Tensor row = View.select(y, 0, i);
                row.copy_(tensors.get(i));
                row.release();
            }
        }
        Tensor[] all = tensors.toArray(Tensor[]::new);
        if (!Graph.records(all)) {
            return y;
        }
        Input[] inputs = new Input[all.length];
        Arrays.setAll(inputs, i -> Input.of(all[i], g -> View.select(g, 0, i)));
        return Graph.record("StackBackward0", y, null, inputs);
    }
}

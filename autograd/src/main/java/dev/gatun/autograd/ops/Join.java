package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several tensors as one. The counterparts are those of {@code torch}, as {@code torch.cat}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1f, 2f);
 * System.out.println(Join.cat(List.of(x, x), 0)); // tensor([1., 2., 1., 2.])
 * System.out.println(Join.stack(List.of(x, x), 0).shape()); // [2, 2]
 * }
 */
public final class Join {
    private Join() {}

    /**
     * Tensors one behind the other along a dimension. {@code torch.cat}.
     *
     * @param tensors at least one; equal sizes but at dim, dtypes are promoted; those of shape [0] are passed over
     * @param dim to go along
     * @return a new tensor
     * @throws IllegalArgumentException if there are none, or they do not fit
     */
    public static Tensor cat(List<Tensor> tensors, int dim) {
        requireSome("cat", tensors);
        Tensor first = leading(tensors);
        if (first.rank() == 0) {
            throw new IllegalArgumentException("cat: rank 0 cannot be joined, use stack: " + first.describe());
        }
        int along = first.shape().dim(dim, "cat");
        long size = 0;
        for (Tensor x : tensors) {
            boolean nothing = x.rank() == 1 && x.size(0) == 0;
            if (!nothing) {
                requireFits("cat", tensors, x, first, along);
                size = Math.addExact(size, x.size(along));
            }
        }
        return joined("CatBackward0", tensors, first, along, first.shape().with(along, size), false);
    }

    /** The first tensor that counts: those of shape [0] are passed over, as PyTorch does for old programs. */
    private static Tensor leading(List<Tensor> tensors) {
        for (Tensor x : tensors) {
            if (x.rank() != 1 || x.size(0) != 0) {
                return x;
            }
        }
        return tensors.get(0);
    }

    /**
     * Tensors of one shape along a new dimension. {@code torch.stack}.
     *
     * @param tensors at least one; dtypes are promoted
     * @param dim of the result; negative counts from behind the last
     * @return a new tensor
     */
    public static Tensor stack(List<Tensor> tensors, int dim) {
        requireSome("stack", tensors);
        Tensor first = tensors.get(0);
        int rank = first.rank();
        if (dim < -rank - 1 || dim > rank) {
            throw new IllegalArgumentException(
                    "stack: dimension " + dim + " is outside " + (-rank - 1) + ".." + rank + ": " + first.describe());
        }
        for (Tensor x : tensors) {
            requireFits("stack", tensors, x, first, -1);
        }
        int along = dim < 0 ? dim + rank + 1 : dim;
        Shape shape = first.layout().unsqueeze(along).shape().with(along, tensors.size());
        return joined("StackBackward0", tensors, first, along, shape, true);
    }

    private static void requireSome(String op, List<Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException(op + ": nothing to join: no tensors");
        }
    }

    private static void requireFits(String op, List<Tensor> tensors, Tensor x, Tensor first, int free) {
        boolean fits = x.rank() == first.rank() && x.device() == first.device();
        for (int d = 0; d < first.rank() && fits; d++) {
            fits = d == free || x.size(d) == first.size(d);
        }
        if (!fits) {
            throw new IllegalArgumentException(op + ": tensor " + tensors.indexOf(x) + " does not fit the first: "
                    + x.describe() + ", " + first.describe());
        }
    }

    /** Copies each tensor to its place; where they are stacked a place is one index, else as long as the tensor. */
    private static Tensor joined(
            String node, List<Tensor> tensors, Tensor first, int dim, Shape shape, boolean stacked) {
        DType dtype = first.dtype();
        for (Tensor x : tensors) {
            dtype = DType.promote(dtype, x.dtype());
        }
        Tensor y = Tensor.empty(first.device(), dtype, shape);
        List<Input> inputs = new ArrayList<>();
        boolean records = Graph.records(tensors.toArray(Tensor[]::new));
        long place = 0;
        for (Tensor x : tensors) {
            boolean nothing = !stacked && x.rank() == 1 && x.size(0) == 0;
            long start = place;
            long length = stacked ? 1 : nothing ? 0 : x.size(dim);
            if (length > 0) {
                Layout part =
                        stacked ? y.layout().select(dim, start) : y.layout().slice(dim, start, start + length, 1);
                NdArray target = y.alias(part);
                y.device().kernels().elementwise().cast(x, target);
                target.release();
            }
            if (records) {
                inputs.add(Input.of(
                        x,
                        g -> nothing
                                ? g.newZeros(Shape.of(0))
                                : stacked ? View.select(g, dim, start) : View.narrow(g, dim, start, length)));
            }
            place += length;
        }
        return records ? Graph.record(node, y, null, inputs.toArray(Input[]::new)) : y;
    }

    /**
     * Vectors as the axes of a grid, each expanded, as views, over the others' dimensions. {@code torch.meshgrid}.
     *
     * @param vectors of rank 0 or 1
     * @param xy whether the first two dimensions of the grids are exchanged ({@code indexing="xy"}); else as PyTorch's
     *     default, {@code "ij"}
     */
    public static List<Tensor> meshgrid(List<Tensor> vectors, boolean xy) {
        requireSome("meshgrid", vectors);
        long[] sizes = new long[vectors.size()];
        for (int i = 0; i < sizes.length; i++) {
            Tensor x = vectors.get(i);
            Checks.require(x.rank() <= 1, "meshgrid", "takes vectors", x);
            Checks.require(x.dtype() == vectors.get(0).dtype(), "meshgrid", "dtypes differ", vectors.get(0), x);
            sizes[i] = x.count();
        }
        List<Tensor> grids = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            long[] own = new long[sizes.length];
            Arrays.fill(own, 1);
            own[i] = sizes[i];
            Tensor grid = View.expand(View.reshape(vectors.get(i), own), sizes);
            grids.add(xy && sizes.length > 1 ? View.transpose(grid, 0, 1) : grid);
        }
        return grids;
    }

    /** [n, k]: every choice of one element of each of k vectors, the last one running fastest. {@code torch.cartesian_prod}. */
    public static Tensor cartesianProd(List<Tensor> vectors) {
        requireSome("cartesianProd", vectors);
        for (Tensor x : vectors) {
            Checks.require(x.rank() == 1, "cartesianProd", "takes vectors", x);
        }
        if (vectors.size() == 1) {
            return vectors.get(0);
        }
        List<Tensor> columns = new ArrayList<>();
        for (Tensor grid : meshgrid(vectors, false)) {
            columns.add(View.reshape(grid, -1));
        }
        return stack(columns, 1);
    }
}

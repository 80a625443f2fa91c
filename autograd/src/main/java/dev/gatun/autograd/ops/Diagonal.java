package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;

/**
 * Diagonals and triangles of matrices. An offset k above 0 means the k-th diagonal above the main one. The
 * counterparts are those of {@code torch}, as {@code torch.diag} and {@code torch.triu}.
 *
 * {@snippet :
 * Tensor x = Tensor.arange(9).view(3, 3);
 * System.out.println(Diagonal.diag(x, 0)); // tensor([0, 4, 8])
 * System.out.println(Diagonal.trace(x).itemLong()); // 12
 * }
 */
public final class Diagonal {
    private Diagonal() {}

    /**
     * The diagonals over two dimensions, as a view: they go away, the diagonal is the last. {@code torch.diagonal}.
     *
     * @param x rank 2 at least
     * @param offset above 0 goes to the right, below 0 down
     * @param dim1 rows
     * @param dim2 columns
     */
    public static Tensor diagonal(Tensor x, long offset, int dim1, int dim2) {
        int rows = x.shape().dim(dim1, "diagonal");
        int columns = x.shape().dim(dim2, "diagonal");
        if (rows == columns) {
            throw new IllegalArgumentException("diagonal: dimension " + rows + " twice: " + x.describe());
        }
        Shape before = x.shape();
        return Graph.view(
                "DiagonalBackward0",
                x,
                layout(x.layout(), offset, rows, columns),
                g -> onDiagonal(g, before, offset, rows, columns));
    }

    /** Zeros of a shape, but for a diagonal. */
    private static Tensor onDiagonal(Tensor g, Shape shape, long offset, int rows, int columns) {
        Tensor whole = g.newZeros(shape);
        diagonal(whole, offset, rows, columns).copy_(g);
        return whole;
    }

    static Layout layout(Layout x, long offset, int rows, int columns) {
        Shape shape = x.shape();
        long down = offset < 0 ? Math.min(-Math.max(offset, -Long.MAX_VALUE), shape.size(rows)) : 0;
        long right = offset > 0 ? Math.min(offset, shape.size(columns)) : 0;
        long length = Math.min(shape.size(rows) - down, shape.size(columns) - right);
        long[] sizes = new long[shape.rank() - 1];
        long[] strides = new long[sizes.length];
        int to = 0;
        for (int i = 0; i < shape.rank(); i++) {
            if (i != rows && i != columns) {
                sizes[to] = shape.size(i);
                strides[to++] = x.stride(i);
            }
        }
        sizes[to] = length;
        strides[to] = x.stride(rows) + x.stride(columns);
        Shape result = Shape.of(sizes);
        long first = result.count() == 0 ? 0 : down * x.stride(rows) + right * x.stride(columns);
        return Layout.of(result, strides, x.offset() + first);
    }

    /**
     * Matrices of zeros with the last dimension of x on a diagonal. {@code torch.diag_embed}.
     *
     * @param x [*, n]
     * @param offset of the diagonal
     * @param dim1 of the result: its rows
     * @param dim2 of the result: its columns
     * @return one dimension more, both of size n + |offset|
     */
    public static Tensor diagEmbed(Tensor x, long offset, int dim1, int dim2) {
        Checks.require(x.rank() > 0, "diagEmbed", "takes no rank 0", x);
        int rank = x.rank() + 1;
        int rows = wrapped(dim1, rank, x);
        int columns = wrapped(dim2, rank, x);
        if (rows == columns) {
            throw new IllegalArgumentException("diagEmbed: dimension " + rows + " twice: " + x.describe());
        }
        if (Math.abs(Math.max(offset, -Long.MAX_VALUE)) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("diagEmbed: the offset is too large: " + offset);
        }
        long[] sizes = new long[rank];
        long side = x.size(-1) + Math.abs(offset);
        for (int i = 0, from = 0; i < rank; i++) {
            sizes[i] = i == rows || i == columns ? side : x.size(from++);
        }
        Tensor y = x.newZeros(Shape.of(sizes));
        Tensor target = View.detached(y, layout(y.layout(), offset, rows, columns));
        x.device().kernels().elementwise().cast(x, target);
        target.release();
        return Graph.records(x)
                ? Graph.record("DiagEmbedBackward0", y, null, Input.of(x, g -> diagonal(g, offset, rows, columns)))
                : y;
    }

    private static int wrapped(int dim, int rank, Tensor x) {
        if (dim < -rank || dim >= rank) {
            throw new IllegalArgumentException(
                    "diagEmbed: dimension " + dim + " is outside " + -rank + ".." + (rank - 1) + ": " + x.describe());
        }
        return dim < 0 ? dim + rank : dim;
    }

    /** A vector as the diagonal of a matrix, or the diagonal of a matrix, as a copy. {@code torch.diag}. */
    public static Tensor diag(Tensor x, long offset) {
        Checks.require(x.rank() == 1 || x.rank() == 2, "diag", "takes a vector or a matrix", x);
        return x.rank() == 1 ? diagEmbed(x, offset, 0, 1) : Elementwise.clone(diagonal(x, offset, 0, 1));
    }

    /** The sum of the diagonal of a matrix, rank 0; integers give I64. {@code torch.trace}. */
    public static Tensor trace(Tensor x) {
        Checks.require(x.rank() == 2, "trace", "takes a matrix", x);
        Tensor elements = View.detached(x, layout(x.layout(), 0, 0, 1));
        Tensor y = Reduce.sum(elements, false);
        elements.release();
        Shape before = x.shape();
        return Graph.records(x)
                ? Graph.record("TraceBackward0", y, null, Input.of(x, g -> onDiagonal(g, before, 0, 0, 1)))
                : y;
    }

    /**
     * The lower triangle, zeros above. {@code torch.tril}.
     *
     * @param x [*, m, n], any dtype but BF16 and F16
     * @param offset of the last diagonal that is kept
     */
    public static Tensor tril(Tensor x, long offset) {
        Tensor y = triangle("tril", x, offset, false);
        return Graph.records(x) ? Graph.record("TrilBackward0", y, null, Input.of(x, g -> tril(g, offset))) : y;
    }

    /**
     * The upper triangle, zeros below. {@code torch.triu}.
     *
     * @param x [*, m, n], any dtype but BF16 and F16
     * @param offset of the first diagonal that is kept
     */
    public static Tensor triu(Tensor x, long offset) {
        Tensor y = triangle("triu", x, offset, true);
        return Graph.records(x) ? Graph.record("TriuBackward0", y, null, Input.of(x, g -> triu(g, offset))) : y;
    }

    /** x = its lower triangle. */
    public static Tensor tril_(Tensor x, long offset) {
        return InPlace.of("tril_", x, from -> tril(from, offset));
    }

    /** x = its upper triangle. */
    public static Tensor triu_(Tensor x, long offset) {
        return InPlace.of("triu_", x, from -> triu(from, offset));
    }

    private static Tensor triangle(String op, Tensor x, long offset, boolean upper) {
        Checks.computable(op, x);
        Checks.require(x.rank() >= 2, op, "takes matrices", x);
        long rows = x.size(-2);
        long columns = x.size(-1);
        long first = Math.clamp(offset, -rows, columns); // column - row of the diagonal
        try (GradMode off = GradMode.noGrad();
                Scope scope = Scope.open()) {
            Tensor row = Tensor.arange(first, first + rows, 1).view(rows, 1).to(x.device());
            Tensor column = Tensor.arange(columns).to(x.device());
            Tensor keeps = upper ? Compare.ge(column, row) : Compare.le(column, row);
            return scope.keep(Elementwise.onlyWhere(keeps, x));
        }
    }
}

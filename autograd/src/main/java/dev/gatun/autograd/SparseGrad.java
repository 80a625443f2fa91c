package dev.gatun.autograd;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import java.util.List;

/**
 * A gradient of which most rows are zero: the others, each once and in order; what {@code coalesce()} makes of a sparse
 * gradient of PyTorch's. {@code Embedding} with {@code sparse} puts one on its table, whose other rows then cost neither
 * memory nor time. No graph leads through it.
 *
 * {@snippet :
 * var table = new Embedding(1000, 4, Embedding.Options.defaults().withSparse(true));
 * table.forward(Tensor.of(7L, 7L, 3L)).sum().backward();
 * SparseGrad gradient = table.weight().sparseGrad();
 * System.out.println(gradient.indices()); // tensor([3, 7])
 * }
 */
public final class SparseGrad {
    private final long rows;
    private final Tensor indices;
    private final Tensor values;

    private SparseGrad(long rows, Tensor indices, Tensor values) {
        this.rows = rows;
        this.indices = indices;
        this.values = values;
    }

    /**
     * A gradient of rows; what is given several times for one row is added up.
     *
     * @param rows how many the whole has
     * @param indices I64 [k], each from 0 to rows - 1
     * @param values [k, *], floating
     * @return copies, in the scope that is open
     * @throws IllegalArgumentException if shapes do not fit, or an index is no row
     */
    public static SparseGrad of(long rows, Tensor indices, Tensor values) {
        boolean fits = indices.dtype() == DType.I64 && indices.rank() == 1 && values.rank() >= 1;
        if (!fits
                || rows < 0
                || indices.size(0) != values.size(0)
                || !values.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    "sparseGrad: not indices [k] and floating values [k, *] of some rows: indices " + indices.describe()
                            + ", values " + values.describe() + ", rows " + rows);
        }
        try (GradMode off = GradMode.noGrad();
                Scope temporaries = Scope.open()) {
            var each = indices.unique();
            long distinct = each.values().size(0);
            if (distinct > 0) {
                check(rows, each.values().select(0, 0).itemLong());
                check(rows, each.values().select(0, -1).itemLong());
            }
            Tensor sums = values.newZeros(values.shape().with(0, distinct));
            sums.indexAdd_(0, each.inverse(), values);
            return new SparseGrad(rows, temporaries.keep(each.values()), temporaries.keep(sums));
        }
    }

    private static void check(long rows, long index) {
        if (index < 0 || index >= rows) {
            throw new IllegalArgumentException("sparseGrad: no such row: " + index + " of " + rows);
        }
    }

    /**
     * Which rows are there.
     *
     * @return I64 [k], rising
     */
    public Tensor indices() {
        return indices;
    }

    /**
     * The rows that are there; writing into them changes the gradient.
     *
     * @return [k, *]
     */
    public Tensor values() {
        return values;
    }

    /** The shape of the whole. */
    public Shape shape() {
        return values.shape().with(0, rows);
    }

    /** The dtype of the values. */
    public DType dtype() {
        return values.dtype();
    }

    /** Where it is. */
    public Device device() {
        return values.device();
    }

    /**
     * The whole, with zeros where no row is.
     *
     * @return a tensor of {@link #shape()}
     */
    public Tensor toDense() {
        return addedTo(values.newZeros(shape()));
    }

    /**
     * The same on another device, or of another dtype.
     *
     * @param device to hold it
     * @param dtype floating
     * @return a gradient; this one's tensors where nothing changes
     */
    public SparseGrad to(Device device, DType dtype) {
        return new SparseGrad(rows, indices.to(device, DType.I64), values.to(device, dtype));
    }

    /** A dense tensor with these rows added, in place. */
    Tensor addedTo(Tensor dense) {
        try (GradMode off = GradMode.noGrad()) {
            return dense.indexAdd_(0, indices, values);
        }
    }

    /** Both together. */
    SparseGrad plus(SparseGrad other) {
        try (Scope temporaries = Scope.open()) {
            SparseGrad sum = of(
                    rows, Tensor.cat(List.of(indices, other.indices), 0), Tensor.cat(List.of(values, other.values), 0));
            temporaries.keep(sum.indices);
            temporaries.keep(sum.values);
            return sum;
        }
    }

    /** Other handles on the same values, in the scope that is open. */
    SparseGrad handle() {
        return new SparseGrad(rows, indices.handle(), values.handle());
    }

    /** Takes the values out of their scope. */
    void own() {
        indices.own();
        values.own();
    }

    void release() {
        indices.release();
        values.release();
    }

    /** As in {@code sparse f32[1000, 8], 3 rows}. */
    @Override
    public String toString() {
        return "sparse " + dtype() + shape() + ", " + indices.size(0) + " rows";
    }
}

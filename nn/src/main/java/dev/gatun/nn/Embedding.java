package dev.gatun.nn;

import dev.gatun.autograd.Function;
import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Lookup;
import dev.gatun.autograd.ops.Sort;
import dev.gatun.runtime.Scope;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table that is learned, by their numbers; {@code torch.nn.Embedding}. The table starts normal, with mean 0 and
 * deviation 1, drawn from the global generator.
 *
 * {@snippet :
 * var words = new Embedding(10_000, 32);
 * System.out.println(words.forward(Tensor.of(new long[][] {{3, 1, 4}, {1, 5, 9}})).shape()); // [2, 3, 32]
 * }
 */
public final class Embedding extends Module implements Pure {
    private static final double NOT_ZERO = 1e-7; // PyTorch's, added to a norm before dividing by it

    /**
     * PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param paddingIdx a row that starts at zero and gets no gradient; negative counts from the last; none
     * @param maxNorm rows that are asked for and have a larger norm are scaled down to it, in the table; none
     * @param normType p of that norm; 2
     * @param scaleGradByFreq whether a row's gradient is divided by how often it was asked for in the call; false
     * @param sparse whether the table's gradient is a {@link dev.gatun.autograd.SparseGrad}, of the rows that were asked
     *     for, which {@code SparseAdam}, {@code SGD} and {@code Adagrad} take; false
     */
    public record Options(
            OptionalLong paddingIdx, OptionalDouble maxNorm, double normType, boolean scaleGradByFreq, boolean sparse) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if the largest norm is negative or NaN, or p is not above 0, or a sparse
         *     gradient is to be scaled
         */
        public Options {
            if (!(maxNorm.orElse(0) >= 0) || !(normType > 0)) {
                throw new IllegalArgumentException(
                        "embedding: not a norm: maxNorm " + maxNorm.orElse(0) + ", normType " + normType);
            }
            if (sparse && scaleGradByFreq) {
                throw new IllegalArgumentException("embedding: a sparse gradient is not scaled: scaleGradByFreq true");
            }
        }

        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(OptionalLong.empty(), OptionalDouble.empty(), 2, false, false);
        }

        /**
         * These with a row for padding.
         *
         * @param value that row; negative counts from the last
         * @return new options
         */
        public Options withPaddingIdx(long value) {
            return new Options(OptionalLong.of(value), maxNorm, normType, scaleGradByFreq, sparse);
        }

        /**
         * These with a largest norm.
         *
         * @param value of a row
         * @return new options
         */
        public Options withMaxNorm(double value) {
            return new Options(paddingIdx, OptionalDouble.of(value), normType, scaleGradByFreq, sparse);
        }

        /**
         * These with another norm.
         *
         * @param value p, above 0; infinity for the largest element
         * @return new options
         */
        public Options withNormType(double value) {
            return new Options(paddingIdx, maxNorm, value, scaleGradByFreq, sparse);
        }

        /**
         * These with gradients divided, or not, by how often a row was asked for.
         *
         * @param value whether they are
         * @return new options
         */
        public Options withScaleGradByFreq(boolean value) {
            return new Options(paddingIdx, maxNorm, normType, value, sparse);
        }

        /**
         * These with sparse gradients, or dense ones.
         *
         * @param value whether they are sparse
         * @return new options
         */
        public Options withSparse(boolean value) {
            return new Options(paddingIdx, maxNorm, normType, scaleGradByFreq, value);
        }
    }

    /** Rows as they are, and their gradients scaled. */
    private static final class ScaledGradient extends Function {
        @Override
        protected Tensor forward(Context context, Tensor... inputs) {
            context.save(inputs[1]);
            return inputs[0];
        }

        @Override
        protected @Nullable Tensor[] backward(Context context, Tensor gradient) {
            return new Tensor[] {gradient.mul(context.saved(0)), null};
        }
    }

    private final long numEmbeddings;
    private final long embeddingDim;
    private final Options options;
    private final OptionalLong paddingIdx;
    private final Parameter weight;

    /**
     * A layer.
     *
     * @param numEmbeddings how many rows
     * @param embeddingDim their length
     * @throws IllegalArgumentException if a size is negative
     */
    public Embedding(long numEmbeddings, long embeddingDim) {
        this(numEmbeddings, embeddingDim, Options.defaults());
    }

    /**
     * A layer with a row that starts at zero and gets no gradient.
     *
     * @param numEmbeddings how many rows
     * @param embeddingDim their length
     * @param paddingIdx that row; negative counts from the last
     * @throws IllegalArgumentException if a size is negative, or there is no such row
     */
    public Embedding(long numEmbeddings, long embeddingDim, long paddingIdx) {
        this(numEmbeddings, embeddingDim, Options.defaults().withPaddingIdx(paddingIdx));
    }

    /**
     * A layer.
     *
     * @param numEmbeddings how many rows
     * @param embeddingDim their length
     * @param options padding, norms and gradients
     * @throws IllegalArgumentException if a size is negative, or there is no row for padding
     */
    public Embedding(long numEmbeddings, long embeddingDim, Options options) {
        this(table(numEmbeddings, embeddingDim), options);
        if (paddingIdx.isPresent()) {
            try (var off = GradMode.noGrad()) {
                weight.tensor().select(0, paddingIdx.getAsLong()).zero_();
            }
        }
    }

    private Embedding(Tensor table, Options options) {
        this.options = options;
        OptionalLong paddingIdx = options.paddingIdx();
        this.numEmbeddings = table.size(0);
        this.embeddingDim = table.size(1);
        if (paddingIdx.isPresent()) {
            long row = paddingIdx.getAsLong();
            if (row < -numEmbeddings || row >= numEmbeddings) {
                throw new IllegalArgumentException(
                        "embedding: paddingIdx is no row: " + row + " of " + numEmbeddings + " rows");
            }
            this.paddingIdx = OptionalLong.of(row < 0 ? row + numEmbeddings : row);
        } else {
            this.paddingIdx = paddingIdx;
        }
        this.weight = registerParameter("weight", table);
    }

    private static Tensor table(long rows, long length) {
        if (rows < 0 || length < 0) {
            throw new IllegalArgumentException("embedding: a size is negative: " + rows + ", " + length);
        }
        return Init.normal_(Tensor.empty(rows, length), 0, 1);
    }

    /**
     * A layer over a table that is there already; {@code Embedding.from_pretrained}.
     *
     * @param table [rows, length], F32 or F64; it belongs to the layer from now on
     * @param freeze whether it takes no gradient, as is PyTorch's default
     * @return the layer
     * @throws IllegalArgumentException if the table is not a matrix
     */
    public static Embedding fromPretrained(Tensor table, boolean freeze) {
        return fromPretrained(table, freeze, Options.defaults());
    }

    /**
     * A layer over a table that is there already; {@code Embedding.from_pretrained}.
     *
     * @param table [rows, length], F32 or F64; it belongs to the layer from now on, the row for padding as it is
     * @param freeze whether it takes no gradient
     * @param options padding, norms and gradients
     * @return the layer
     * @throws IllegalArgumentException if the table is not a matrix, or there is no row for padding
     */
    public static Embedding fromPretrained(Tensor table, boolean freeze, Options options) {
        if (table.rank() != 2) {
            throw new IllegalArgumentException("embedding: the table is not a matrix: " + table.describe());
        }
        Embedding layer = new Embedding(table, options);
        layer.weight.tensor().requiresGrad_(!freeze);
        return layer;
    }

    /**
     * The table.
     *
     * @return [numEmbeddings, embeddingDim]
     */
    public Tensor weight() {
        return weight.tensor();
    }

    /**
     * Rows of the table.
     *
     * @param x I64 [*], from 0 to numEmbeddings - 1
     * @return [*, embeddingDim]
     * @throws IllegalArgumentException if x is not I64, or a number is out of range
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, this::compute);
    }

    private Tensor compute(Tensor x) {
        if (options.maxNorm().isPresent()) {
            renormalize(x, options.maxNorm().getAsDouble());
        }
        Tensor rows = Lookup.embedding(weight.tensor(), x, paddingIdx.orElse(-1), options.sparse());
        return options.scaleGradByFreq() ? new ScaledGradient().apply(rows, shares(x, rows)) : rows;
    }

    /** Scales rows down, in the table, where their norm is too large. */
    private void renormalize(Tensor x, double maxNorm) {
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            Tensor used = x.flatten().unique().values();
            Tensor rows = Lookup.embedding(weight.tensor(), used, -1);
            double p = options.normType();
            Tensor norms = Double.isInfinite(p)
                    ? rows.abs().amax(true, 1)
                    : rows.abs().pow(p).sum(true, 1).pow(1 / p); // [used, 1]
            Tensor factors = norms.add(NOT_ZERO).reciprocal().mul(maxNorm);
            Tensor scaled = Tensor.where(norms.gt(maxNorm), rows.mul(factors), rows);
            weight.tensor().indexCopy_(0, used, scaled);
        }
    }

    /** One over how often each row was asked for, [*, 1]. */
    private Tensor shares(Tensor x, Tensor rows) {
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            Tensor flat = x.flatten();
            Tensor counts = Sort.bincount(flat, numEmbeddings).indexSelect(0, flat);
            long[] sizes = rows.shape().toArray();
            sizes[sizes.length - 1] = 1;
            return temporaries.keep(counts.to(rows.dtype()).reciprocal().view(sizes));
        }
    }

    @Override
    protected String extraRepr() {
        return numEmbeddings + ", " + embeddingDim
                + (paddingIdx.isPresent() ? ", padding_idx=" + paddingIdx.getAsLong() : "")
                + (options.maxNorm().isPresent()
                        ? ", max_norm=" + Repr.of(options.maxNorm().getAsDouble())
                        : "")
                + (options.normType() == 2 ? "" : ", norm_type=" + Repr.of(options.normType()))
                + (options.scaleGradByFreq() ? ", scale_grad_by_freq=True" : "")
                + (options.sparse() ? ", sparse=True" : "");
    }
}

package dev.gatun.nn;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Index;
import java.util.OptionalLong;

/**
 * Rows of a table that is learned, by their numbers; {@code torch.nn.Embedding}. The table starts normal, with mean 0 and
 * deviation 1, drawn from the global generator.
 */
public final class Embedding extends Module implements Pure {
    private final long numEmbeddings;
    private final long embeddingDim;
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
        this(table(numEmbeddings, embeddingDim), OptionalLong.empty());
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
        this(table(numEmbeddings, embeddingDim), OptionalLong.of(paddingIdx));
        try (var off = GradMode.noGrad()) {
            weight.tensor().select(0, this.paddingIdx.getAsLong()).zero_();
        }
    }

    private Embedding(Tensor table, OptionalLong paddingIdx) {
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
        if (table.rank() != 2) {
            throw new IllegalArgumentException("embedding: the table is not a matrix: " + table.describe());
        }
        Embedding layer = new Embedding(table, OptionalLong.empty());
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
        return Index.embedding(weight.tensor(), x, paddingIdx.orElse(-1));
    }

    @Override
    protected String extraRepr() {
        return numEmbeddings + ", " + embeddingDim
                + (paddingIdx.isPresent() ? ", padding_idx=" + paddingIdx.getAsLong() : "");
    }
}

package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import java.util.function.UnaryOperator;

/**
 * Attention of a sequence to itself and two linear layers, each with dropout, a shortcut around it and layer
 * normalisation; {@code torch.nn.TransformerEncoderLayer}; Vaswani et al. 2017.
 *
 * {@snippet :
 * var layer = new TransformerEncoderLayer(16, 4);
 * System.out.println(layer.forward(Tensor.rand(10, 2, 16)).shape()); // [10, 2, 16]
 * }
 */
public final class TransformerEncoderLayer extends Module implements Called {
    /**
     * PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param dimFeedforward the size between the two linear layers; 2048
     * @param dropout the probability of an element to be dropped in training; 0.1
     * @param activation between the two linear layers; relu
     * @param layerNormEps added to variances before the root; 1e-5
     * @param batchFirst whether inputs are [n, l, e] instead of [l, n, e]; false
     * @param normFirst whether normalisation comes before attention and the linear layers, not after; false
     */
    public record Options(
            long dimFeedforward,
            double dropout,
            UnaryOperator<Tensor> activation,
            double layerNormEps,
            boolean batchFirst,
            boolean normFirst) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(2048, 0.1, Tensor::relu, 1e-5, false, false);
        }

        /**
         * These with another size between the linear layers.
         *
         * @param value the size
         * @return new options
         */
        public Options withDimFeedforward(long value) {
            return new Options(value, dropout, activation, layerNormEps, batchFirst, normFirst);
        }

        /**
         * These with another dropout.
         *
         * @param value the probability, 0 to 1
         * @return new options
         */
        public Options withDropout(double value) {
            return new Options(dimFeedforward, value, activation, layerNormEps, batchFirst, normFirst);
        }

        /**
         * These with another activation.
         *
         * @param value of each element
         * @return new options
         */
        public Options withActivation(UnaryOperator<Tensor> value) {
            return new Options(dimFeedforward, dropout, value, layerNormEps, batchFirst, normFirst);
        }

        /**
         * These with the batch or the positions first.
         *
         * @param value whether the batch is first
         * @return new options
         */
        public Options withBatchFirst(boolean value) {
            return new Options(dimFeedforward, dropout, activation, layerNormEps, value, normFirst);
        }

        /**
         * These with normalisation before or after.
         *
         * @param value whether before
         * @return new options
         */
        public Options withNormFirst(boolean value) {
            return new Options(dimFeedforward, dropout, activation, layerNormEps, batchFirst, value);
        }
    }

    private final Options options;
    private final MultiheadAttention selfAttn;
    private final Linear linear1;
    private final Dropout dropout;
    private final Linear linear2;
    private final LayerNorm norm1;
    private final LayerNorm norm2;
    private final Dropout dropout1;
    private final Dropout dropout2;

    /**
     * A layer with PyTorch's defaults.
     *
     * @param dModel the last size of input and output
     * @param nhead heads of attention, dividing it
     */
    public TransformerEncoderLayer(long dModel, long nhead) {
        this(dModel, nhead, Options.defaults());
    }

    /**
     * A layer.
     *
     * @param dModel the last size of input and output
     * @param nhead heads of attention, dividing it
     * @param options sizes, dropout and order
     * @throws IllegalArgumentException if the heads do not divide dModel
     */
    public TransformerEncoderLayer(long dModel, long nhead, Options options) {
        this.options = options;
        double p = options.dropout();
        MultiheadAttention.Options attention =
                MultiheadAttention.Options.defaults().withDropout(p).withBatchFirst(options.batchFirst());
        this.selfAttn = add("self_attn", new MultiheadAttention(dModel, nhead, attention));
        this.linear1 = add("linear1", new Linear(dModel, options.dimFeedforward()));
        this.dropout = add("dropout", new Dropout(p));
        this.linear2 = add("linear2", new Linear(options.dimFeedforward(), dModel));
        this.norm1 = add("norm1", new LayerNorm(new long[] {dModel}, options.layerNormEps(), true));
        this.norm2 = add("norm2", new LayerNorm(new long[] {dModel}, options.layerNormEps(), true));
        this.dropout1 = add("dropout1", new Dropout(p));
        this.dropout2 = add("dropout2", new Dropout(p));
    }

    /**
     * The sequence encoded.
     *
     * @param x [l, n, dModel], or [n, l, dModel] with the batch first, or [l, dModel]
     * @return shape of x
     */
    @Override
    public Tensor forward(Tensor x) {
        return forward(x, MultiheadAttention.Masks.none());
    }

    /**
     * The sequence encoded, without what a mask excludes.
     *
     * @param x [l, n, dModel], or [n, l, dModel] with the batch first, or [l, dModel]
     * @param masks what does not take part
     * @return shape of x
     */
    public Tensor forward(Tensor x, MultiheadAttention.Masks masks) {
        return hooked(x, in -> encode(in, masks));
    }

    private Tensor encode(Tensor x, MultiheadAttention.Masks masks) {
        if (options.normFirst()) {
            Tensor attended = x.add(attention(norm1.forward(x), masks));
            return attended.add(feedForward(norm2.forward(attended)));
        }
        Tensor attended = norm1.forward(x.add(attention(x, masks)));
        return norm2.forward(attended.add(feedForward(attended)));
    }

    private Tensor attention(Tensor x, MultiheadAttention.Masks masks) {
        return dropout1.forward(selfAttn.forward(x, x, x, masks).output());
    }

    private Tensor feedForward(Tensor x) {
        Tensor inner = options.activation().apply(linear1.forward(x));
        return dropout2.forward(linear2.forward(dropout.forward(inner)));
    }
}

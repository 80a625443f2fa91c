package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Attention;
import dev.gatun.autograd.ops.Linalg;
import dev.gatun.autograd.ops.Random;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Attention in several heads, each on its own projections of query, key and value; {@code torch.nn.MultiheadAttention};
 * Vaswani et al. 2017. The projections' weights start Xavier uniform, their biases and the output's at 0.
 *
 * {@snippet :
 * var attention = new MultiheadAttention(16, 4);
 * Tensor steps = Tensor.rand(10, 2, 16); // [steps, batch, features]
 * System.out.println(attention.forward(steps).shape()); // [10, 2, 16]
 * }
 */
public final class MultiheadAttention extends Module implements Called {
    /**
     * PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param dropout the probability of a weight of attention to be dropped in training; 0
     * @param bias whether the projections have biases; true
     * @param batchFirst whether inputs are [n, l, e] instead of [l, n, e]; false
     */
    public record Options(double dropout, boolean bias, boolean batchFirst) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(0, true, false);
        }

        /**
         * These with another dropout.
         *
         * @param value the probability, 0 to 1
         * @return new options
         */
        public Options withDropout(double value) {
            return new Options(value, bias, batchFirst);
        }

        /**
         * These with or without biases.
         *
         * @param value whether there are
         * @return new options
         */
        public Options withBias(boolean value) {
            return new Options(dropout, value, batchFirst);
        }

        /**
         * These with the batch or the positions first.
         *
         * @param value whether the batch is first
         * @return new options
         */
        public Options withBatchFirst(boolean value) {
            return new Options(dropout, bias, value);
        }
    }

    /**
     * What does not take part.
     *
     * @param keyPadding BOOL [n, s], true for keys that are padding; empty for none
     * @param attention [l, s] or [n * heads, l, s]: BOOL, true for what does not take part, or added to the scores; empty
     *     for none
     */
    public record Masks(Optional<Tensor> keyPadding, Optional<Tensor> attention) {
        /**
         * No masks.
         *
         * @return masks without any
         */
        public static Masks none() {
            return new Masks(Optional.empty(), Optional.empty());
        }

        /**
         * These with keys that are padding.
         *
         * @param mask BOOL [n, s]
         * @return new masks
         */
        public Masks withKeyPadding(Tensor mask) {
            return new Masks(Optional.of(mask), attention);
        }

        /**
         * These with a mask of pairs.
         *
         * @param mask [l, s] or [n * heads, l, s]
         * @return new masks
         */
        public Masks withAttention(Tensor mask) {
            return new Masks(keyPadding, Optional.of(mask));
        }
    }

    /**
     * What attention gives.
     *
     * @param output of query's shape
     * @param weights of attention, [n, l, s], the mean over the heads
     */
    public record Result(Tensor output, Tensor weights) {}

    private final long embedDim;
    private final long numHeads;
    private final Options options;
    private final Parameter inProjWeight;
    private final @Nullable Parameter inProjBias;
    private final Linear outProj;

    /**
     * A layer with PyTorch's defaults.
     *
     * @param embedDim of query, key, value and output
     * @param numHeads that divide it
     */
    public MultiheadAttention(long embedDim, long numHeads) {
        this(embedDim, numHeads, Options.defaults());
    }

    /**
     * A layer.
     *
     * @param embedDim of query, key, value and output
     * @param numHeads that divide it
     * @param options dropout, biases and the order of dimensions
     * @throws IllegalArgumentException if the heads do not divide embedDim
     */
    public MultiheadAttention(long embedDim, long numHeads, Options options) {
        if (numHeads < 1 || embedDim < 1 || embedDim % numHeads != 0) {
            throw new IllegalArgumentException(
                    "multiheadAttention: " + numHeads + " heads do not divide embedDim " + embedDim);
        }
        this.embedDim = embedDim;
        this.numHeads = numHeads;
        this.options = options;
        this.inProjWeight =
                registerParameter("in_proj_weight", Init.xavierUniform_(Tensor.empty(3 * embedDim, embedDim)));
        this.inProjBias = options.bias() ? registerParameter("in_proj_bias", Tensor.zeros(3 * embedDim)) : null;
        this.outProj = add("out_proj", new NonDynamicallyQuantizableLinear(embedDim, embedDim, options.bias()));
        outProj.bias().ifPresent(Init::zeros_);
    }

    /**
     * Attention of x to itself.
     *
     * @param x [l, n, embedDim], or [n, l, embedDim] with the batch first, or [l, embedDim]
     * @return shape of x
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> attend(in, in, in, Masks.none()).output());
    }

    /**
     * Attention of query to key and value.
     *
     * @param query [l, n, embedDim], or [n, l, embedDim] with the batch first, or [l, embedDim]
     * @param key [s, n, embedDim], as query
     * @param value [s, n, embedDim], as query
     * @param masks what does not take part
     * @return the output and the weights, without n where query has none
     * @throws IllegalArgumentException if sizes or dtypes do not fit
     */
    public Result forward(Tensor query, Tensor key, Tensor value, Masks masks) {
        List<Tensor> weights = new ArrayList<>();
        Tensor output = hooked(query, in -> {
            Result made = attend(in, key, value, masks);
            weights.add(made.weights());
            return made.output();
        });
        return new Result(output, weights.getFirst());
    }

    private Result attend(Tensor query, Tensor key, Tensor value, Masks masks) {
        boolean single = query.rank() == 2;
        check(query, key, value);
        Tensor q = heads(batched(query, single), 0); // [n, heads, l, e]
        Tensor k = heads(batched(key, single), 1);
        Tensor v = heads(batched(value, single), 2);
        long n = q.size(0);
        long l = q.size(2);
        Tensor weights = Attention.weights(q, k, mask(masks, q, k)); // [n, heads, l, s]
        boolean drops = isTraining() && options.dropout() > 0;
        Tensor kept = drops ? Random.dropout(weights, options.dropout(), Generator.global()) : weights;
        Tensor joined = kept.matmul(v).transpose(1, 2).reshape(n, l, embedDim);
        Tensor output = outProj.forward(joined);
        Tensor mean = kept.mean(false, 1);
        if (single) {
            return new Result(output.squeeze(0), mean.squeeze(0));
        }
        return new Result(options.batchFirst() ? output : output.transpose(0, 1), mean);
    }

    private void check(Tensor query, Tensor key, Tensor value) {
        for (Tensor x : new Tensor[] {query, key, value}) {
            if (x.rank() != query.rank() || x.rank() < 2 || x.rank() > 3 || x.size(-1) != embedDim) {
                throw new IllegalArgumentException("multiheadAttention: takes query, key and value of last size "
                        + embedDim + ": " + query.describe() + ", " + key.describe() + ", " + value.describe());
            }
        }
    }

    /** How many positions a sequence has. */
    final long length(Tensor x) {
        return x.size(x.rank() == 3 && options.batchFirst() ? 1 : 0);
    }

    /** [n, positions, embedDim]. */
    private Tensor batched(Tensor x, boolean single) {
        return single ? x.unsqueeze(0) : options.batchFirst() ? x : x.transpose(0, 1);
    }

    /** One of the three projections, [n, heads, positions, embedDim / heads]. */
    private Tensor heads(Tensor x, int which) {
        Tensor weight = inProjWeight.tensor().narrow(0, which * embedDim, embedDim);
        Tensor bias = inProjBias == null ? null : inProjBias.tensor().narrow(0, which * embedDim, embedDim);
        Tensor projected = Linalg.linear(x.contiguous(), weight, bias);
        return projected
                .view(x.size(0), x.size(1), numHeads, embedDim / numHeads)
                .transpose(1, 2);
    }

    /** What is added to the scores [n, heads, l, s], or {@code null}. */
    private @Nullable Tensor mask(Masks masks, Tensor q, Tensor k) {
        Tensor all = null;
        long n = q.size(0);
        Shape pairs = Shape.of(q.size(2), k.size(2));
        if (masks.attention().isPresent()) {
            Tensor given = masks.attention().get();
            Shape each = Shape.of(n * numHeads, q.size(2), k.size(2));
            require(
                    given.shape().equals(pairs) || given.shape().equals(each),
                    "attention is neither " + pairs + " nor " + each,
                    given);
            Tensor mask = added(given, q.dtype());
            all = mask.rank() == 3 ? mask.reshape(n, numHeads, q.size(2), k.size(2)) : mask;
        }
        if (masks.keyPadding().isPresent()) {
            Tensor given = masks.keyPadding().get();
            Shape keys = Shape.of(n, k.size(2));
            require(given.shape().equals(keys) && given.dtype() == DType.BOOL, "keyPadding is not bool" + keys, given);
            Tensor padding = added(given, q.dtype()).reshape(n, 1, 1, k.size(2));
            all = all == null ? padding : all.add(padding);
        }
        return all;
    }

    private static void require(boolean holds, String problem, Tensor mask) {
        if (!holds) {
            throw new IllegalArgumentException("multiheadAttention: " + problem + ": " + mask.describe());
        }
    }

    /** A mask that says true where something does not take part as one that is added. */
    private static Tensor added(Tensor mask, DType dtype) {
        if (mask.dtype() != DType.BOOL) {
            return mask;
        }
        Tensor zero = Tensor.scalar(0, dtype).to(mask.device());
        return Tensor.where(mask, zero.add(Double.NEGATIVE_INFINITY), zero);
    }
}

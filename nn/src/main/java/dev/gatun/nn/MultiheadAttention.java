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
     * @param addBiasKv whether a learned key and value stand behind the others; false
     * @param addZeroAttn whether a key and a value of zeros stand behind the others; false
     * @param kdim the last size of keys; 0 for embedDim
     * @param vdim the last size of values; 0 for embedDim
     */
    public record Options(
            double dropout,
            boolean bias,
            boolean batchFirst,
            boolean addBiasKv,
            boolean addZeroAttn,
            long kdim,
            long vdim) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if dropout is no probability or a size is negative
         */
        public Options {
            if (!(dropout >= 0 && dropout <= 1)) {
                throw new IllegalArgumentException("multiheadAttention: dropout is outside 0..1: " + dropout);
            }
            if (kdim < 0 || vdim < 0) {
                throw new IllegalArgumentException(
                        "multiheadAttention: a size is negative: kdim " + kdim + ", vdim " + vdim);
            }
        }

        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(0, true, false, false, false, 0, 0);
        }

        /**
         * These with another dropout.
         *
         * @param value the probability, 0 to 1
         * @return new options
         */
        public Options withDropout(double value) {
            return new Options(value, bias, batchFirst, addBiasKv, addZeroAttn, kdim, vdim);
        }

        /**
         * These with or without biases.
         *
         * @param value whether there are
         * @return new options
         */
        public Options withBias(boolean value) {
            return new Options(dropout, value, batchFirst, addBiasKv, addZeroAttn, kdim, vdim);
        }

        /**
         * These with the batch or the positions first.
         *
         * @param value whether the batch is first
         * @return new options
         */
        public Options withBatchFirst(boolean value) {
            return new Options(dropout, bias, value, addBiasKv, addZeroAttn, kdim, vdim);
        }

        /**
         * These with or without a learned key and value behind the others.
         *
         * @param value whether there are
         * @return new options
         */
        public Options withAddBiasKv(boolean value) {
            return new Options(dropout, bias, batchFirst, value, addZeroAttn, kdim, vdim);
        }

        /**
         * These with or without a key and a value of zeros behind the others.
         *
         * @param value whether there are
         * @return new options
         */
        public Options withAddZeroAttn(boolean value) {
            return new Options(dropout, bias, batchFirst, addBiasKv, value, kdim, vdim);
        }

        /**
         * These with keys and values of other sizes; each of the three projections then has a weight of its own.
         *
         * @param keys the last size of keys; 0 for embedDim
         * @param values the last size of values; 0 for embedDim
         * @return new options
         */
        public Options withKeyAndValueSizes(long keys, long values) {
            return new Options(dropout, bias, batchFirst, addBiasKv, addZeroAttn, keys, values);
        }
    }

    /**
     * What does not take part.
     *
     * @param keyPadding [n, s], or [s] without a batch: BOOL, true for keys that are padding, or added to the scores; empty
     *     for none
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
         * @param mask [n, s], or [s] without a batch: BOOL, or added to the scores
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
     * @param weights of attention, [n, l, s], the mean over the heads; or [n, heads, l, s], of each
     */
    public record Result(Tensor output, Tensor weights) {}

    private final long embedDim;
    private final long numHeads;
    private final Options options;
    private final long kdim;
    private final long vdim;
    private final List<Parameter> inProjWeights; // of query, key and value, or of all in one
    private final @Nullable Parameter inProjBias;
    private final @Nullable Parameter biasK;
    private final @Nullable Parameter biasV;
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
        this.kdim = options.kdim() == 0 ? embedDim : options.kdim();
        this.vdim = options.vdim() == 0 ? embedDim : options.vdim();
        this.inProjWeights = kdim == embedDim && vdim == embedDim
                ? List.of(weight("in_proj_weight", 3 * embedDim, embedDim))
                : List.of(
                        weight("q_proj_weight", embedDim, embedDim),
                        weight("k_proj_weight", embedDim, kdim),
                        weight("v_proj_weight", embedDim, vdim));
        this.inProjBias = options.bias() ? registerParameter("in_proj_bias", Tensor.zeros(3 * embedDim)) : null;
        this.biasK = options.addBiasKv() ? row("bias_k") : null;
        this.biasV = options.addBiasKv() ? row("bias_v") : null;
        this.outProj = add("out_proj", new NonDynamicallyQuantizableLinear(embedDim, embedDim, options.bias()));
        outProj.bias().ifPresent(Init::zeros_);
    }

    private Parameter weight(String name, long out, long in) {
        return registerParameter(name, Init.xavierUniform_(Tensor.empty(out, in)));
    }

    private Parameter row(String name) {
        return registerParameter(name, Init.xavierNormal_(Tensor.empty(1, 1, embedDim)));
    }

    /**
     * Attention of x to itself.
     *
     * @param x [l, n, embedDim], or [n, l, embedDim] with the batch first, or [l, embedDim]
     * @return shape of x
     */
    @Override
    public Tensor forward(Tensor x) {
        return hooked(x, in -> attend(in, in, in, Masks.none(), true).output());
    }

    /**
     * Attention of query to key and value.
     *
     * @param query [l, n, embedDim], or [n, l, embedDim] with the batch first, or [l, embedDim]
     * @param key [s, n, kdim], as query
     * @param value [s, n, vdim], as query
     * @param masks what does not take part
     * @return the output and the mean weights, without n where query has none
     * @throws IllegalArgumentException if sizes or dtypes do not fit
     */
    public Result forward(Tensor query, Tensor key, Tensor value, Masks masks) {
        return forward(query, key, value, masks, true);
    }

    /**
     * Attention of query to key and value, with the weights of all heads or their mean.
     *
     * @param query [l, n, embedDim], or [n, l, embedDim] with the batch first, or [l, embedDim]
     * @param key [s, n, kdim], as query
     * @param value [s, n, vdim], as query
     * @param masks what does not take part
     * @param averageAttnWeights whether the result has the mean of the heads' weights, not each head's
     * @return the output and the weights, without n where query has none
     * @throws IllegalArgumentException if sizes or dtypes do not fit
     */
    public Result forward(Tensor query, Tensor key, Tensor value, Masks masks, boolean averageAttnWeights) {
        List<Tensor> weights = new ArrayList<>();
        Tensor output = hooked(query, in -> {
            Result made = attend(in, key, value, masks, averageAttnWeights);
            weights.add(made.weights());
            return made.output();
        });
        return new Result(output, weights.getFirst());
    }

    private Result attend(Tensor query, Tensor key, Tensor value, Masks masks, boolean averages) {
        boolean single = query.rank() == 2;
        check(query, key, value);
        Tensor q = split(projected(query, single, 0)); // [n, heads, l, e]
        Tensor k = split(behind(projected(key, single, 1), biasK));
        Tensor v = split(behind(projected(value, single, 2), biasV));
        long n = q.size(0);
        long l = q.size(2);
        Tensor weights = Attention.weights(q, k, mask(masks, q, k, single)); // [n, heads, l, s]
        boolean drops = isTraining() && options.dropout() > 0;
        Tensor kept = drops ? Random.dropout(weights, options.dropout(), Generator.global()) : weights;
        Tensor joined = kept.matmul(v).transpose(1, 2).reshape(n, l, embedDim);
        Tensor output = outProj.forward(joined);
        Tensor shown = averages ? kept.mean(false, 1) : kept;
        if (single) {
            return new Result(output.squeeze(0), shown.squeeze(0));
        }
        return new Result(options.batchFirst() ? output : output.transpose(0, 1), shown);
    }

    private void check(Tensor query, Tensor key, Tensor value) {
        int rank = query.rank();
        boolean ranks = (rank == 2 || rank == 3) && key.rank() == rank && value.rank() == rank;
        if (!ranks || query.size(-1) != embedDim || key.size(-1) != kdim || value.size(-1) != vdim) {
            String last = kdim == embedDim && vdim == embedDim
                    ? "last size " + embedDim
                    : "last sizes " + embedDim + ", " + kdim + " and " + vdim;
            throw new IllegalArgumentException("multiheadAttention: takes query, key and value of " + last + ": "
                    + query.describe() + ", " + key.describe() + ", " + value.describe());
        }
        int batch = options.batchFirst() ? 0 : 1;
        if (length(key) != length(value)
                || rank == 3 && (key.size(batch) != query.size(batch) || value.size(batch) != query.size(batch))) {
            throw new IllegalArgumentException(
                    "multiheadAttention: key and value are not of one length, or batches differ: " + query.describe()
                            + ", " + key.describe() + ", " + value.describe());
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

    /** One of the three projections, [n, positions, embedDim]. */
    private Tensor projected(Tensor x, boolean single, int which) {
        Tensor weight = inProjWeights.size() == 1
                ? inProjWeights.get(0).tensor().narrow(0, which * embedDim, embedDim)
                : inProjWeights.get(which).tensor();
        Tensor bias = inProjBias == null ? null : inProjBias.tensor().narrow(0, which * embedDim, embedDim);
        return Linalg.linear(batched(x, single).contiguous(), weight, bias);
    }

    /** Keys or values with those that are added behind them. */
    private Tensor behind(Tensor x, @Nullable Parameter learned) {
        List<Tensor> all = new ArrayList<>(List.of(x));
        if (learned != null) {
            all.add(learned.tensor().expand(x.size(0), 1, embedDim));
        }
        if (options.addZeroAttn()) {
            all.add(x.newZeros(Shape.of(x.size(0), 1, embedDim)));
        }
        return all.size() == 1 ? x : Tensor.cat(all, 1);
    }

    /** [n, positions, embedDim] as [n, heads, positions, embedDim / heads]. */
    private Tensor split(Tensor x) {
        return x.view(x.size(0), x.size(1), numHeads, embedDim / numHeads).transpose(1, 2);
    }

    /** What is added to the scores [n, heads, l, s], or {@code null}. */
    private @Nullable Tensor mask(Masks masks, Tensor q, Tensor k, boolean single) {
        Tensor all = null;
        long n = q.size(0);
        long l = q.size(2);
        int added = (biasK == null ? 0 : 1) + (options.addZeroAttn() ? 1 : 0); // keys that take part whatever masks say
        long s = k.size(2) - added;
        if (masks.attention().isPresent()) {
            Tensor given = masks.attention().get();
            Shape pairs = Shape.of(l, s);
            Shape each = Shape.of(n * numHeads, l, s);
            require(
                    given.shape().equals(pairs) || given.shape().equals(each),
                    "attention is neither " + pairs + " nor " + each,
                    given);
            Tensor mask = added(given, q.dtype());
            all = mask.rank() == 3 ? mask.reshape(n, numHeads, l, s) : mask;
        }
        if (masks.keyPadding().isPresent()) {
            Tensor given = masks.keyPadding().get();
            Shape keys = single ? Shape.of(s) : Shape.of(n, s);
            boolean kind = given.dtype() == DType.BOOL || given.dtype() == q.dtype();
            require(given.shape().equals(keys) && kind, "keyPadding is not bool" + keys, given);
            Tensor padding = added(given, q.dtype()).reshape(n, 1, 1, s);
            all = all == null ? padding : all.add(padding);
        }
        return all == null || added == 0 ? all : all.pad(0, added);
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

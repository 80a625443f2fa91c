package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.random.Generator;
import org.jspecify.annotations.Nullable;

/**
 * Attention: Vaswani et al., "Attention is all you need", 2017. The counterpart is {@code
 * F.scaled_dot_product_attention} of {@code torch.nn.functional}.
 *
 * {@snippet :
 * Tensor query = Tensor.randn(2, 8, 10, 16); // [batch, heads, steps, features]
 * Tensor y = Attention.scaledDotProductAttention(query, query, query, null, 0.0, true);
 * System.out.println(y.shape()); // [2, 8, 10, 16]
 * }
 */
public final class Attention {
    private Attention() {}

    /**
     * softmax(query key' / sqrt(e) + mask) value. {@code F.scaled_dot_product_attention}.
     *
     * @param query [*, l, e], F32 or F64
     * @param key [*, s, e]
     * @param value [*, s, v]
     * @param mask broadcast to [*, l, s]: BOOL where true takes part, or of query's dtype, which is added; or {@code null}
     * @param dropoutP the probability of a weight to be dropped; 0 in evaluation
     * @param isCausal whether position i takes part in those up to i only; not together with a mask
     * @return [*, l, v]
     * @throws IllegalArgumentException if sizes or dtypes do not fit, or there are a mask and isCausal
     */
    public static Tensor scaledDotProductAttention(
            Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double dropoutP, boolean isCausal) {
        String op = "scaledDotProductAttention";
        Checks.sameFloating(op, query, key);
        Checks.sameFloating(op, key, value);
        Checks.require(
                query.rank() >= 2 && key.rank() >= 2 && value.rank() >= 2 && key.size(-2) == value.size(-2),
                op,
                "key and value are not of one length",
                query,
                key,
                value);
        if (isCausal && mask != null) {
            throw new IllegalArgumentException(op + ": takes a mask or isCausal, not both: mask " + mask.describe());
        }
        Tensor weights = weights(query, key, isCausal ? causal(query, key) : mask);
        return (dropoutP != 0 ? Random.dropout(weights, dropoutP, Generator.global()) : weights).matmul(value);
    }

    /**
     * The weights of attention: softmax(query key' / sqrt(e) + mask).
     *
     * @param query [*, l, e], F32 or F64
     * @param key [*, s, e]
     * @param mask broadcast to [*, l, s]: BOOL where true takes part, or of query's dtype, which is added; or {@code null}
     * @return [*, l, s]
     * @throws IllegalArgumentException if sizes or dtypes do not fit
     */
    public static Tensor weights(Tensor query, Tensor key, @Nullable Tensor mask) {
        Checks.sameFloating("attention", query, key);
        Checks.require(
                query.rank() >= 2 && key.rank() >= 2 && query.size(-1) == key.size(-1),
                "attention",
                "query and key are not of one length",
                query,
                key);
        double scale = 1 / Math.sqrt((double) query.size(-1));
        Tensor scores = query.mul(scale).matmul(key.mT()); // [*, l, s]
        if (mask == null) {
            return scores.softmax(-1);
        }
        if (mask.dtype() == DType.BOOL) {
            Tensor never =
                    Tensor.scalar(Double.NEGATIVE_INFINITY, scores.dtype()).to(scores.device());
            return Tensor.where(mask, scores, never).softmax(-1);
        }
        Checks.sameFloating("attention", scores, mask);
        return scores.add(mask).softmax(-1);
    }

    /** BOOL [l, s]: true on and below the diagonal. */
    private static Tensor causal(Tensor query, Tensor key) {
        Tensor row = Tensor.arange(query.size(-2)).view(-1, 1);
        return row.ge(Tensor.arange(key.size(-2))).to(query.device());
    }
}

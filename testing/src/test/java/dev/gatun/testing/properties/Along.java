package dev.gatun.testing.properties;

import dev.gatun.autograd.Tensor;
import java.util.List;

/** Operations that go along a dimension, rearrange, or multiply matrices: each of a tensor with elements there. */
enum Along {
    CUMSUM,
    CUMPROD,
    CUMMAX,
    CUMMIN,
    SOFTMAX,
    LOG_SOFTMAX,
    ARGMAX,
    MAX,
    MEDIAN,
    SORT,
    ARGSORT,
    TOPK,
    KTHVALUE,
    FLIP,
    ROLL,
    REPEAT_INTERLEAVE,
    INDEX_SELECT,
    GATHER,
    INDEX_ADD,
    CAT,
    NARROW,
    UNFOLD,
    MASKED_SELECT,
    NONZERO,
    WHERE,
    TRIL,
    MATMUL,
    KRON;

    Tensor apply(Tensor x, int dim) {
        return switch (this) {
            case CUMSUM -> x.cumsum(dim);
            case CUMPROD -> x.cumprod(dim);
            case CUMMAX -> x.cummax(dim).values();
            case CUMMIN -> x.cummin(dim).indices();
            case SOFTMAX -> x.softmax(dim);
            case LOG_SOFTMAX -> x.logSoftmax(dim);
            case ARGMAX -> x.argmax(dim);
            case MAX -> x.max(dim).values();
            case MEDIAN -> x.median(dim).values();
            case SORT -> x.sort(dim, true).values();
            case ARGSORT -> x.argsort(dim, false);
            case TOPK -> x.topk(1, dim).values();
            case KTHVALUE -> x.kthvalue(1, dim, false).values();
            case FLIP -> x.flip(dim);
            case ROLL -> x.roll(2, dim);
            case REPEAT_INTERLEAVE -> x.repeatInterleave(2, dim);
            case INDEX_SELECT -> x.indexSelect(dim, Tensor.of(x.size(dim) - 1, 0L));
            case GATHER -> x.gather(dim, x.argsort(dim, false));
            case INDEX_ADD -> x.indexAdd(dim, Tensor.of(0L, 0L), x.indexSelect(dim, Tensor.of(0L, 0L)));
            case CAT -> Tensor.cat(List.of(x, x), dim);
            case NARROW -> x.narrow(dim, 0, 1).contiguous();
            case UNFOLD -> x.unfold(dim, 1, 1).contiguous();
            case MASKED_SELECT -> x.maskedSelect(x.gt(0));
            case NONZERO -> x.gt(0).nonzero();
            case WHERE -> Tensor.where(x.gt(0), x, x.neg());
            case TRIL -> square(x).tril();
            case MATMUL -> square(x).matmul(square(x));
            case KRON -> x.select(dim, 0).flatten().kron(Tensor.of(1f, 2f).to(x.dtype()));
        };
    }

    /** The largest square in the last two dimensions; of a vector its outer product with itself. */
    private static Tensor square(Tensor x) {
        if (x.rank() < 2) {
            return x.unsqueeze(-1).mul(x);
        }
        long size = Math.min(x.size(-1), x.size(-2));
        return x.narrow(-1, 0, size).narrow(-2, 0, size);
    }
}

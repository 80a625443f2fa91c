package dev.gatun.testing.properties;

import dev.gatun.autograd.Tensor;
import java.util.function.BiFunction;

/** Operations that go along a dimension, rearrange, or multiply matrices: each of a tensor with elements there. */
enum Along {
    CUMSUM((x, dim) -> x.cumsum(dim)),
    CUMPROD((x, dim) -> x.cumprod(dim)),
    CUMMAX((x, dim) -> x.cummax(dim).values()),
    CUMMIN((x, dim) -> x.cummin(dim).indices()),
    SOFTMAX((x, dim) -> x.softmax(dim)),
    LOG_SOFTMAX((x, dim) -> x.logSoftmax(dim)),
    ARGMAX((x, dim) -> x.argmax(dim)),
    MAX((x, dim) -> x.max(dim).values()),
    MEDIAN((x, dim) -> x.median(dim).values()),
    SORT((x, dim) -> x.sort(dim, true).values()),
    ARGSORT((x, dim) -> x.argsort(dim, false)),
    TOPK((x, dim) -> x.topk(1, dim).values()),
    KTHVALUE((x, dim) -> x.kthvalue(1, dim, false).values()),
    FLIP((x, dim) -> x.flip(dim)),
    ROLL((x, dim) -> x.roll(2, dim)),
    REPEAT_INTERLEAVE((x, dim) -> x.repeatInterleave(2, dim)),
    INDEX_SELECT((x, dim) -> x.indexSelect(dim, Tensor.of(x.size(dim) - 1, 0L))),
    GATHER((x, dim) -> x.gather(dim, x.argsort(dim, false))),
    INDEX_ADD((x, dim) -> x.indexAdd(dim, Tensor.of(0L, 0L), x.indexSelect(dim, Tensor.of(0L, 0L)))),
    CAT((x, dim) -> Tensor.cat(java.util.List.of(x, x), dim)),
    NARROW((x, dim) -> x.narrow(dim, 0, 1).contiguous()),
    UNFOLD((x, dim) -> x.unfold(dim, 1, 1).contiguous()),
    MASKED_SELECT((x, dim) -> x.maskedSelect(x.gt(0))),
    NONZERO((x, dim) -> x.gt(0).nonzero()),
    WHERE((x, dim) -> Tensor.where(x.gt(0), x, x.neg())),
    TRIL((x, dim) -> square(x).tril()),
    MATMUL((x, dim) -> square(x).matmul(square(x))),
    KRON((x, dim) -> x.select(dim, 0).flatten().kron(Tensor.of(1f, 2f).to(x.dtype())));

    private final BiFunction<Tensor, Integer, Tensor> function;

    Along(BiFunction<Tensor, Integer, Tensor> function) {
        this.function = function;
    }

    Tensor apply(Tensor x, int dim) {
        return function.apply(x, dim);
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

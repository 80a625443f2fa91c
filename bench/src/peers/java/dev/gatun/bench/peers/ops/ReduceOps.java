package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDArray;
import dev.gatun.autograd.Tensor;

/** Many elements to one, and what stands on that; over a whole matrix, over its rows, over its columns. */
final class ReduceOps {
    private static final int[] ROWS = {1};
    private static final int[] COLUMNS = {0};

    private ReduceOps() {}

    static void addTo(Catalog catalog) {
        catalog.add("sum", Inputs::matrix, Tensor::sum, NDArray::sum);
        catalog.add("sum rows", Inputs::matrix, x -> x.sum(1), x -> x.sum(ROWS));
        catalog.add("sum columns", Inputs::matrix, x -> x.sum(0), x -> x.sum(COLUMNS));
        catalog.add("sum of transposed", in -> in.matrix().transposed(), Tensor::sum, NDArray::sum);
        catalog.add("mean rows", Inputs::matrix, x -> x.mean(1), x -> x.mean(ROWS));
        catalog.add("max", Inputs::matrix, Tensor::max, NDArray::max);
        catalog.add("argmax rows", Inputs::matrix, x -> x.argmax(1), x -> x.argMax(1));
        catalog.add("argmax columns", Inputs::matrix, x -> x.argmax(0), x -> x.argMax(0));
        catalog.add("prod", Inputs::nearOne, Tensor::prod, NDArray::prod);
        catalog.add("norm", Inputs::matrix, Tensor::norm, NDArray::norm);
        catalog.add("any", Inputs::lastSet, Tensor::any, NDArray::any);
        catalog.script("var rows", Inputs::matrix, x -> x.var(0, false, 1), "torch.var(x, [1], False)");
        catalog.script("logsumexp rows", Inputs::matrix, x -> x.logsumexp(1), "torch.logsumexp(x, [1])");
        catalog.add("softmax rows", Inputs::matrix, x -> x.softmax(1), x -> x.softmax(1));
        catalog.add("softmax columns", Inputs::matrix, x -> x.softmax(0), x -> x.softmax(0));
        catalog.add("log-softmax rows", Inputs::matrix, x -> x.logSoftmax(1), x -> x.logSoftmax(1));
        catalog.add("cumsum", Inputs::vector, x -> x.cumsum(0), x -> x.cumSum(0));
        catalog.add("cumsum rows", Inputs::matrix, x -> x.cumsum(1), x -> x.cumSum(1));
        catalog.add("cumsum columns", Inputs::matrix, x -> x.cumsum(0), x -> x.cumSum(0));
        catalog.add("cumprod rows", Inputs::nearOne, x -> x.cumprod(1), x -> x.cumProd(1));
        catalog.add("cumprod columns", Inputs::nearOne, x -> x.cumprod(0), x -> x.cumProd(0));
    }
}

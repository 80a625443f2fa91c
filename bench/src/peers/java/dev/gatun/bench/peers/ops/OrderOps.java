package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDArray;

/** Sorting, and choosing by order. */
final class OrderOps {
    private static final int[] ROWS = {1};
    /** As many as a search for neighbours or a beam asks for. */
    private static final int FEW = 10;

    private OrderOps() {}

    static void addTo(Catalog catalog) {
        catalog.add("sort", Inputs::vector, x -> x.sort().values(), NDArray::sort);
        catalog.add("sort rows", Inputs::matrix, x -> x.sort(1, false).values(), x -> x.sort(1));
        catalog.add(
                "sort (i64)",
                in -> in.integers(Integer.MAX_VALUE, in.size()),
                x -> x.sort().values(),
                NDArray::sort);
        catalog.add("argsort rows", Inputs::matrix, x -> x.argsort(1, false), x -> x.argSort(1));
        catalog.any("topk", true, in -> topk(in.vector(), Math.min(FEW, in.size()), 0));
        catalog.any("topk rows", true, in -> topk(in.matrix(), Math.min(FEW, in.side()), 1));
        catalog.add("median", Inputs::vector, x -> x.median(), NDArray::median);
        catalog.add("median rows", Inputs::matrix, x -> x.median(1).values(), x -> x.median(ROWS));
        catalog.add("quantile rows", Inputs::matrix, x -> x.quantile(0.3, 1), x -> x.percentile(30, ROWS));
        catalog.scripted("kthvalue rows", in -> {
            Both x = in.matrix();
            int k = (in.side() + 3) / 4;
            Script script = new Script(in.manager(), "x", "(torch.kthvalue(x, " + k + ", 1))[0]");
            return new Op.Calls(() -> x.ours().kthvalue(k, 1, false).values(), () -> script.call(x.theirs()));
        });
        catalog.add(
                "unique (i64)",
                in -> in.integers(1000, in.size()),
                x -> x.unique().values(),
                x -> x.unique(true, true, true));
    }

    private static Op.Calls topk(Both x, int k, int dim) {
        return new Op.Calls(
                () -> x.ours().topk(k, dim).values(), () -> x.theirs().topK(k, dim, true, true));
    }
}

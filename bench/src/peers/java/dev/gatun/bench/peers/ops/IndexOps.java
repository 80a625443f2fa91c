package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import dev.gatun.autograd.Tensor;

/** Reading and writing by index and by mask. */
final class IndexOps {
    private static final int CLASSES = 16;

    private IndexOps() {}

    static void addTo(Catalog catalog) {
        catalog.add(
                "gather in rows",
                Inputs::matrix,
                Inputs::places,
                (x, at) -> x.gather(1, at),
                (x, at) -> x.gather(at, 1));
        catalog.add(
                "gather in columns",
                Inputs::matrix,
                Inputs::places,
                (x, at) -> x.gather(0, at),
                (x, at) -> x.gather(at, 0));
        catalog.any("scatter in rows", false, in -> {
            Both x = in.matrix();
            Both at = in.places();
            Both y = in.matrix();
            return new Op.Calls(
                    () -> x.ours().scatter(1, at.ours(), y.ours()),
                    () -> x.theirs().scatter(at.theirs(), y.theirs(), 1));
        });
        catalog.scripted("scatterAdd in rows", in -> scatterAdd(in, 1));
        catalog.scripted("scatterAdd in columns", in -> scatterAdd(in, 0));
        catalog.add(
                "indexSelect",
                Inputs::matrix,
                in -> in.integers(in.side(), in.side()),
                (x, at) -> x.indexSelect(0, at),
                (x, at) -> x.getNDArrayInternal().embedding(at, x, SparseFormat.DENSE));
        catalog.scripted("indexAdd", in -> {
            Both x = in.matrix();
            Both at = in.integers(in.side(), in.side());
            Both y = in.matrix();
            Script script = new Script(in.manager(), "x,at,y", "torch.index_add(x, 0, at, y)");
            return new Op.Calls(
                    () -> x.ours().indexAdd(0, at.ours(), y.ours()),
                    () -> script.call(x.theirs(), at.theirs(), y.theirs()));
        });
        catalog.add("maskedSelect", Inputs::matrix, Inputs::mask, Tensor::maskedSelect, NDArray::booleanMask);
        catalog.add("nonzero", Inputs::mask, Tensor::nonzero, NDArray::nonzero);
        catalog.add(
                "oneHot",
                in -> in.integers(CLASSES, Math.max(1, in.size() / CLASSES)),
                x -> x.oneHot(CLASSES),
                x -> x.oneHot(CLASSES, DataType.INT64));
    }

    private static Op.Calls scatterAdd(Inputs in, int dim) {
        Both x = in.matrix();
        Both at = in.places();
        Both y = in.matrix();
        Script script = new Script(in.manager(), "x,at,y", "torch.scatter_add(x, " + dim + ", at, y)");
        return new Op.Calls(
                () -> x.ours().scatterAdd(dim, at.ours(), y.ours()),
                () -> script.call(x.theirs(), at.theirs(), y.theirs()));
    }
}

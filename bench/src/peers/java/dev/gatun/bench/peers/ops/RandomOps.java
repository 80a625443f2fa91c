package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Dropout;

/** Drawn numbers: of other generators, so they are not compared. */
final class RandomOps {
    private RandomOps() {}

    static void addTo(Catalog catalog) {
        catalog.any("rand", false, in -> {
            Shape shape = new Shape(in.size());
            return new Op.Calls(
                    () -> Tensor.rand(in.size()), () -> in.manager().randomUniform(0, 1, shape, DataType.FLOAT32));
        });
        catalog.any("randn", false, in -> {
            Shape shape = new Shape(in.size());
            return new Op.Calls(
                    () -> Tensor.randn(in.size()), () -> in.manager().randomNormal(0, 1, shape, DataType.FLOAT32));
        });
        catalog.any(
                "randperm",
                false,
                in -> new Op.Calls(
                        () -> Tensor.randperm(in.size()), () -> in.manager().randomPermutation(in.size())));
        catalog.any("dropout", false, in -> {
            Both x = in.vector();
            Dropout dropout = new Dropout(0.5);
            return new Op.Calls(
                    () -> dropout.forward(x.ours()),
                    () -> x.theirs().getNDArrayInternal().dropout(x.theirs(), 0.5f, true));
        });
    }
}

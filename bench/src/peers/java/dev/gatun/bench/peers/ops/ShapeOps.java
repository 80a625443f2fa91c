package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.types.Shape;
import dev.gatun.autograd.Tensor;
import java.util.List;

/** The same elements elsewhere. */
final class ShapeOps {
    private ShapeOps() {}

    static void addTo(Catalog catalog) {
        catalog.add("cat rows", Inputs::matrix, Inputs::matrix, Tensor::cat, (x, y) -> x.concat(y, 0));
        catalog.add(
                "cat columns",
                Inputs::matrix,
                Inputs::matrix,
                (x, y) -> Tensor.cat(List.of(x, y), 1),
                (x, y) -> x.concat(y, 1));
        catalog.add("stack", Inputs::vector, Inputs::vector, Tensor::stack, (x, y) -> x.stack(y, 0));
        catalog.add("flip rows", Inputs::matrix, x -> x.flip(0), x -> x.flip(0));
        catalog.add("flip columns", Inputs::matrix, x -> x.flip(1), x -> x.flip(1));
        catalog.script("roll", Inputs::matrix, x -> x.roll(1, 1), "torch.roll(x, [1], [1])");
        catalog.add("repeat", Inputs::matrix, x -> x.repeat(1, 2), x -> x.tile(new long[] {1, 2}));
        catalog.add("repeatInterleave", Inputs::matrix, x -> x.repeatInterleave(2, 1), x -> x.repeat(1, 2));
        catalog.add("pad", Inputs::matrix, x -> x.pad(1, 1, 1, 1), x -> x.pad(new Shape(1, 1, 1, 1), 0));
        catalog.script("tril", Inputs::matrix, Tensor::tril, "torch.tril(x)");
    }
}

package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDArray;
import dev.gatun.autograd.Tensor;

/** Products and factors. */
final class LinalgOps {
    private LinalgOps() {}

    static void addTo(Catalog catalog) {
        catalog.add("matmul", Inputs::matrix, Inputs::matrix, Tensor::matmul, NDArray::matMul);
        catalog.add(
                "matmul by transposed",
                Inputs::matrix,
                in -> in.matrix().transposed(),
                Tensor::matmul,
                NDArray::matMul);
        catalog.add("bmm", Inputs::matrices, Inputs::matrices, Tensor::bmm, NDArray::batchMatMul);
        catalog.add("mv", Inputs::matrix, Inputs::row, Tensor::mv, NDArray::matMul);
        catalog.script(
                "einsum",
                Inputs::matrices,
                Inputs::matrices,
                (x, y) -> Tensor.einsum("bij,bkj->bik", x, y),
                "torch.einsum(\"bij,bkj->bik\", [x, y])");
        catalog.add("inverse", Inputs::definite, Tensor::inverse, NDArray::inverse);
        catalog.script("cholesky", Inputs::definite, Tensor::cholesky, "torch.linalg_cholesky(x)");
        catalog.script("solve", Inputs::definite, Inputs::rightSides, Tensor::solve, "torch.linalg_solve(x, y)");
    }
}

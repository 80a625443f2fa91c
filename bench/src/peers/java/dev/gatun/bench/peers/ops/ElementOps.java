package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;

/** Element by element: cheap and dear, dense and not. */
final class ElementOps {
    private ElementOps() {}

    static void addTo(Catalog catalog) {
        catalog.add("add", Inputs::vector, Inputs::vector, Tensor::add, NDArray::add);
        catalog.add("mul", Inputs::vector, Inputs::vector, Tensor::mul, NDArray::mul);
        catalog.add("div", Inputs::vector, Inputs::positive, Tensor::div, NDArray::div);
        catalog.any("add_ (in place)", false, in -> {
            Both x = in.vector();
            Both y = in.vector();
            return new Op.Calls(() -> x.ours().add_(y.ours()), () -> {
                x.theirs().addi(y.theirs());
                return new NDList();
            });
        });
        catalog.add(
                "add (i64)",
                in -> in.integers(9, in.size()),
                in -> in.integers(9, in.size()),
                Tensor::add,
                NDArray::add);
        catalog.add("maximum", Inputs::vector, Inputs::vector, Tensor::maximum, NDArray::maximum);
        catalog.add("pow", Inputs::positive, Inputs::vector, Tensor::pow, NDArray::pow);
        catalog.add("gt", Inputs::vector, Inputs::vector, Tensor::gt, NDArray::gt);
        catalog.add("exp", Inputs::vector, Tensor::exp, NDArray::exp);
        catalog.add("log", Inputs::positive, Tensor::log, NDArray::log);
        catalog.add("sqrt", Inputs::positive, Tensor::sqrt, NDArray::sqrt);
        catalog.add("sin", Inputs::vector, Tensor::sin, NDArray::sin);
        catalog.add("erf", Inputs::vector, Tensor::erf, NDArray::erf);
        catalog.add("tanh", Inputs::vector, Tensor::tanh, NDArray::tanh);
        catalog.add(
                "sigmoid",
                Inputs::vector,
                Tensor::sigmoid,
                x -> x.getNDArrayInternal().sigmoid());
        catalog.add("relu", Inputs::vector, Tensor::relu, Activation::relu);
        catalog.add("gelu", Inputs::vector, Tensor::gelu, Activation::gelu);
        catalog.add("clamp", Inputs::vector, x -> x.clamp(-1, 1), x -> x.clip(-1, 1));
        catalog.add("cast to f64", Inputs::vector, x -> x.to(DType.F64), x -> x.toType(DataType.FLOAT64, true));
        catalog.add("cast to i64", Inputs::vector, x -> x.to(DType.I64), x -> x.toType(DataType.INT64, true));
        catalog.any("where", true, in -> {
            Both mask = in.mask();
            Both x = in.matrix();
            Both y = in.matrix();
            return new Op.Calls(
                    () -> Tensor.where(mask.ours(), x.ours(), y.ours()),
                    () -> NDArrays.where(mask.theirs(), x.theirs(), y.theirs()));
        });
        catalog.add("add a row", Inputs::matrix, Inputs::row, Tensor::add, NDArray::add);
        catalog.add("mul by a column", Inputs::matrix, Inputs::column, Tensor::mul, NDArray::mul);
        catalog.add("mul by expanded", Inputs::matrix, Inputs::expanded, Tensor::mul, NDArray::mul);
        catalog.add("add transposed", Inputs::matrix, in -> in.matrix().transposed(), Tensor::add, NDArray::add);
        catalog.add("exp of transposed", in -> in.matrix().transposed(), Tensor::exp, NDArray::exp);
        catalog.script("copy transposed", in -> in.matrix().transposed(), Tensor::contiguous, "torch.contiguous(x)");
    }
}

package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import java.util.function.UnaryOperator;

/** A layer that is one function of the tensors' and has no state. */
abstract sealed class FunctionLayer extends Module implements Pure
        permits CELU,
                ELU,
                GELU,
                GLU,
                Hardshrink,
                Hardsigmoid,
                Hardswish,
                Hardtanh,
                LogSigmoid,
                Mish,
                ReLU6,
                SELU,
                SiLU,
                Softplus,
                Softshrink,
                Softsign,
                Tanhshrink,
                Threshold {
    private final UnaryOperator<Tensor> function;
    private final String printed;

    /**
     * The layer.
     *
     * @param function whose result nobody else holds
     * @param printed its parameters, as PyTorch prints them
     */
    FunctionLayer(UnaryOperator<Tensor> function, String printed) {
        this.function = function;
        this.printed = printed;
    }

    @Override
    public final Tensor forward(Tensor x) {
        return hooked(x, function);
    }

    @Override
    protected final String extraRepr() {
        return printed;
    }
}

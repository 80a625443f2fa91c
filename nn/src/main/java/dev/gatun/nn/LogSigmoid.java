package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/** The logarithm of sigmoid(x); {@code torch.nn.LogSigmoid}. */
public final class LogSigmoid extends FunctionLayer {
    /** The layer. */
    public LogSigmoid() {
        super(Tensor::logSigmoid, "");
    }
}

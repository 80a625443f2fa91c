package dev.gatun.nn;

import dev.gatun.autograd.Tensor;

/**
 * The logarithm of sigmoid(x); {@code torch.nn.LogSigmoid}.
 *
 * {@snippet :
 * System.out.println(new LogSigmoid().forward(Tensor.of(-2f, 0.5f, 3f))); // tensor([-2.1269, -0.4741, -0.0486])
 * }
 */
public final class LogSigmoid extends FunctionLayer {
    /** The layer. */
    public LogSigmoid() {
        super(Tensor::logSigmoid, "");
    }
}

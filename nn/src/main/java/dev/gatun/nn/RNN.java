package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.RecurrentCell;
import java.util.List;

/**
 * The plain recurrent layer, h = tanh or relu of (x W_ih^T + b_ih + h W_hh^T + b_hh); {@code torch.nn.RNN}; Elman 1990.
 *
 * {@snippet :
 * var layer = new RNN(3, 8, RNNBase.Options.defaults().withBatchFirst(true));
 * RNN.Result result = layer.forwardWithState(Tensor.rand(4, 10, 3)); // [batch, steps, features]
 * System.out.println(result.output().shape() + " " + result.hN().shape()); // [4, 10, 8] [1, 4, 8]
 * }
 */
public final class RNN extends RNNBase {
    /**
     * What a run gives.
     *
     * @param output of the last layer at all steps
     * @param hN the hidden states after the last step, [layers * directions, n, hiddenSize]
     */
    public record Result(Tensor output, Tensor hN) {}

    /** What a step ends with. */
    public enum Nonlinearity {
        /** The hyperbolic tangent. */
        TANH,
        /** The larger of x and 0. */
        RELU
    }

    /**
     * A layer with PyTorch's defaults.
     *
     * @param inputSize of each step
     * @param hiddenSize of the state
     */
    public RNN(long inputSize, long hiddenSize) {
        this(inputSize, hiddenSize, Options.defaults(), Nonlinearity.TANH);
    }

    /** As the layer with a nonlinearity, with tanh. */
    public RNN(long inputSize, long hiddenSize, Options options) {
        this(inputSize, hiddenSize, options, Nonlinearity.TANH);
    }

    /**
     * A layer, or several.
     *
     * @param inputSize of each step
     * @param hiddenSize of the state
     * @param options layers and directions
     * @param nonlinearity what a step ends with
     */
    public RNN(long inputSize, long hiddenSize, Options options, Nonlinearity nonlinearity) {
        super(
                "rnn",
                inputSize,
                hiddenSize,
                nonlinearity == Nonlinearity.TANH ? RecurrentCell.TANH : RecurrentCell.RELU,
                options);
    }

    /**
     * The outputs and the state after the last step, from a state of zeros.
     *
     * @param x as {@link #forward}
     * @return both
     */
    public Result forwardWithState(Tensor x) {
        List<Tensor> all = run(x, List.of());
        return new Result(all.get(0), all.get(1));
    }

    /**
     * The outputs and the state after the last step, from a given one.
     *
     * @param x as {@link #forward}
     * @param h0 [layers * directions, n, hiddenSize]
     * @return both
     */
    public Result forwardWithState(Tensor x, Tensor h0) {
        List<Tensor> all = run(x, List.of(h0));
        return new Result(all.get(0), all.get(1));
    }
}

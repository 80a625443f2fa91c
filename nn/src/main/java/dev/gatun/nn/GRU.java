package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.RecurrentCell;
import java.util.List;

/**
 * Gated recurrent units; {@code torch.nn.GRU}; Cho et al. 2014. Gates stand in the order reset, update, new.
 *
 * {@snippet :
 * var layer = new GRU(3, 8, RNNBase.Options.defaults().withBatchFirst(true));
 * GRU.Result result = layer.forwardWithState(Tensor.rand(4, 10, 3)); // [batch, steps, features]
 * System.out.println(result.output().shape() + " " + result.hN().shape()); // [4, 10, 8] [1, 4, 8]
 * }
 */
public final class GRU extends RNNBase {
    /**
     * What a run gives.
     *
     * @param output of the last layer at all steps
     * @param hN the hidden states after the last step, [layers * directions, n, hiddenSize]
     */
    public record Result(Tensor output, Tensor hN) {}

    /**
     * A layer with PyTorch's defaults.
     *
     * @param inputSize of each step
     * @param hiddenSize of the state
     */
    public GRU(long inputSize, long hiddenSize) {
        this(inputSize, hiddenSize, Options.defaults());
    }

    /**
     * A layer, or several.
     *
     * @param inputSize of each step
     * @param hiddenSize of the state
     * @param options layers and directions
     */
    public GRU(long inputSize, long hiddenSize, Options options) {
        super("gru", inputSize, hiddenSize, RecurrentCell.GRU, options);
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

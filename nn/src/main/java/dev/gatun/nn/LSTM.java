package dev.gatun.nn;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.RecurrentCell;
import java.util.List;

/**
 * Long short-term memory; {@code torch.nn.LSTM}; Hochreiter and Schmidhuber 1997. Gates stand in the order input, forget,
 * cell, output.
 *
 * {@snippet :
 * var layer = new LSTM(3, 8, RNNBase.Options.defaults().withNumLayers(2));
 * LSTM.Result result = layer.forwardWithState(Tensor.rand(10, 4, 3)); // [steps, batch, features]
 * System.out.println(result.output().shape() + " " + result.hN().shape()); // [10, 4, 8] [2, 4, 8]
 * }
 */
public final class LSTM extends RNNBase {
    /**
     * What a run gives.
     *
     * @param output of the last layer at all steps
     * @param hN the hidden states after the last step, [layers * directions, n, hiddenSize], or projSize
     * @param cN the cells after the last step, [layers * directions, n, hiddenSize]
     */
    public record Result(Tensor output, Tensor hN, Tensor cN) {}

    /**
     * A layer with PyTorch's defaults.
     *
     * @param inputSize of each step
     * @param hiddenSize of the state
     */
    public LSTM(long inputSize, long hiddenSize) {
        this(inputSize, hiddenSize, Options.defaults());
    }

    /**
     * A layer, or several.
     *
     * @param inputSize of each step
     * @param hiddenSize of the state
     * @param options layers and directions
     */
    public LSTM(long inputSize, long hiddenSize, Options options) {
        super("lstm", inputSize, hiddenSize, RecurrentCell.LSTM, options);
    }

    /**
     * The outputs and the states after the last step, from states of zeros.
     *
     * @param x as {@link #forward}
     * @return all three
     */
    public Result forwardWithState(Tensor x) {
        return result(run(x, List.of()));
    }

    /**
     * The outputs and the states after the last step, from given ones.
     *
     * @param x as {@link #forward}
     * @param h0 [layers * directions, n, hiddenSize], or projSize
     * @param c0 [layers * directions, n, hiddenSize]
     * @return all three
     */
    public Result forwardWithState(Tensor x, Tensor h0, Tensor c0) {
        return result(run(x, List.of(h0, c0)));
    }

    private static Result result(List<Tensor> all) {
        return new Result(all.get(0), all.get(1), all.get(2));
    }
}

package dev.gatun.runtime;

import dev.gatun.bindings.kernels.Gatun;

/**
 * How a loss joins the losses of its rows; the {@code reduction} argument of PyTorch's losses.
 *
 * {@snippet :
 * Tensor perSample = new CrossEntropyLoss(Reduction.NONE).forward(model.forward(x), target);
 * System.out.println(perSample.shape()); // [10]
 * }
 */
public enum Reduction {
    /** One value for each row. */
    NONE(Gatun.GT_REDUCTION_none()),
    /** The sum divided by the rows that count. */
    MEAN(Gatun.GT_REDUCTION_mean()),
    /** The sum. */
    SUM(Gatun.GT_REDUCTION_sum());

    private final int code;

    Reduction(int code) {
        this.code = code;
    }

    /** The code in the native library. */
    public int code() {
        return code;
    }
}

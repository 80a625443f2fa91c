package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.Reduction;

/**
 * |input - target|; {@code torch.nn.L1Loss}.
 *
 * {@snippet :
 * System.out.println(new L1Loss().forward(Tensor.of(1.0, 2.0), Tensor.of(1.0, 4.0)).item()); // 1.0
 * }
 */
public final class L1Loss extends ElementCriterion {
    /** The mean over all elements. */
    public L1Loss() {
        this(Reduction.MEAN);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of elements are joined
     */
    public L1Loss(Reduction reduction) {
        super("l1", reduction);
    }

    @Override
    Tensor elements(Tensor input, Tensor target) {
        return Loss.l1(input, target, reduction());
    }
}

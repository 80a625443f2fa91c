package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.EmbeddingLoss;
import dev.gatun.runtime.Reduction;

/**
 * The input where the target is 1, max(0, margin - input) where it is -1; {@code torch.nn.HingeEmbeddingLoss}.
 *
 * {@snippet :
 * System.out.println(new HingeEmbeddingLoss().forward(Tensor.of(0.25, 0.25), Tensor.of(1.0, -1.0)).item()); // 0.5
 * }
 */
public final class HingeEmbeddingLoss extends Criterion {
    private final double margin;

    /** The mean, with a margin of 1. */
    public HingeEmbeddingLoss() {
        this(Reduction.MEAN, 1);
    }

    /**
     * The mean.
     *
     * @param margin how far what differs is to be
     */
    public HingeEmbeddingLoss(double margin) {
        this(Reduction.MEAN, margin);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses are joined
     * @param margin how far what differs is to be
     */
    public HingeEmbeddingLoss(Reduction reduction, double margin) {
        super(reduction);
        this.margin = margin;
    }

    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return EmbeddingLoss.hingeEmbedding(input, target, margin, reduction());
    }
}

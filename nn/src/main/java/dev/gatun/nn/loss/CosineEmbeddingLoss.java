package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.EmbeddingLoss;
import dev.gatun.runtime.Reduction;

/**
 * 1 - cos(input1, input2) where the target is 1, max(0, cos(input1, input2) - margin) where it is -1; {@code
 * torch.nn.CosineEmbeddingLoss}.
 *
 * {@snippet :
 * Tensor right = Tensor.of(new double[][] {{1, 0}});
 * Tensor up = Tensor.of(new double[][] {{0, 1}});
 * Tensor loss = new CosineEmbeddingLoss().forward(right, up, Tensor.of(1.0));
 * System.out.println(loss.item()); // 1.0
 * }
 */
public final class CosineEmbeddingLoss extends TripleCriterion {
    private final double margin;

    /** The mean, with a margin of 0. */
    public CosineEmbeddingLoss() {
        this(Reduction.MEAN, 0);
    }

    /**
     * The mean.
     *
     * @param margin the cosine that what differs may have
     */
    public CosineEmbeddingLoss(double margin) {
        this(Reduction.MEAN, margin);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses are joined
     * @param margin the cosine that what differs may have
     */
    public CosineEmbeddingLoss(Reduction reduction, double margin) {
        super(reduction);
        this.margin = margin;
    }

    @Override
    public Tensor forward(Tensor input1, Tensor input2, Tensor target) {
        return EmbeddingLoss.cosineEmbedding(input1, input2, target, margin, reduction());
    }
}

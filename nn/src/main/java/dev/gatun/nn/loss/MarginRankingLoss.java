package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.EmbeddingLoss;
import dev.gatun.runtime.Reduction;

/**
 * max(0, -target (input1 - input2) + margin): a target of 1 says that input1 is to be the larger, -1 that input2 is;
 * {@code torch.nn.MarginRankingLoss}.
 *
 * {@snippet :
 * Tensor loss = new MarginRankingLoss().forward(Tensor.of(1.0), Tensor.of(3.0), Tensor.of(1.0));
 * System.out.println(loss.item()); // 2.0
 * }
 */
public final class MarginRankingLoss extends TripleCriterion {
    private final double margin;

    /** The mean, with a margin of 0. */
    public MarginRankingLoss() {
        this(Reduction.MEAN, 0);
    }

    /**
     * The mean.
     *
     * @param margin by how much the larger is to lead
     */
    public MarginRankingLoss(double margin) {
        this(Reduction.MEAN, margin);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses are joined
     * @param margin by how much the larger is to lead
     */
    public MarginRankingLoss(Reduction reduction, double margin) {
        super(reduction);
        this.margin = margin;
    }

    @Override
    public Tensor forward(Tensor input1, Tensor input2, Tensor target) {
        return EmbeddingLoss.marginRanking(input1, input2, target, margin, reduction());
    }
}

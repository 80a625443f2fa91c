package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.Reduction;

/**
 * target (log target - input), 0 where the target is, for an input of log probabilities; {@code torch.nn.KLDivLoss}. Its
 * sum over a batch, divided by the batch, is the divergence: {@link #batchMean}.
 *
 * {@snippet :
 * Tensor logProbabilities = Tensor.of(new double[][] {{0.5, 0.5}}).log();
 * Tensor target = Tensor.of(new double[][] {{1, 0}});
 * System.out.printf("%.4f%n", KLDivLoss.batchMean(false).forward(logProbabilities, target).item()); // 0.6931
 * }
 */
public final class KLDivLoss extends Criterion {
    private final boolean logTarget;
    private final boolean batchMean;

    /** The mean over all elements, which is not the divergence. */
    public KLDivLoss() {
        this(Reduction.MEAN, false);
    }

    /**
     * The loss of probabilities.
     *
     * @param reduction how the losses of elements are joined
     */
    public KLDivLoss(Reduction reduction) {
        this(reduction, false);
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of elements are joined
     * @param logTarget whether targets are logarithms of probabilities
     */
    public KLDivLoss(Reduction reduction, boolean logTarget) {
        this(reduction, logTarget, false);
    }

    private KLDivLoss(Reduction reduction, boolean logTarget, boolean batchMean) {
        super(reduction);
        this.logTarget = logTarget;
        this.batchMean = batchMean;
    }

    /**
     * The divergence, the mean over a batch; {@code reduction='batchmean'}.
     *
     * @param logTarget whether targets are logarithms of probabilities
     * @return the loss
     */
    public static KLDivLoss batchMean(boolean logTarget) {
        return new KLDivLoss(Reduction.SUM, logTarget, true);
    }

    /**
     * The loss.
     *
     * @param input log probabilities
     * @param target broadcasts with the input, of its dtype
     * @return rank 0, or the broadcast shape where nothing is reduced
     * @throws IllegalArgumentException if dtypes differ or shapes do not broadcast
     */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return batchMean
                ? Loss.klDivBatchMean(input, target, logTarget)
                : Loss.klDiv(input, target, reduction(), logTarget);
    }
}

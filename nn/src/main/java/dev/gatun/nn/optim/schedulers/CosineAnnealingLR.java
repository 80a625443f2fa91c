package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;

/**
 * A learning rate that goes down half a cosine, and up again; {@code torch.optim.lr_scheduler.CosineAnnealingLR}.
 *
 * {@snippet :
 * var scheduler = new CosineAnnealingLR(optimizer, 10);
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0905
 * }
 *
 * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov, Hutter 2017</a>, without the restarts
 */
public final class CosineAnnealingLR extends LRScheduler {
    private final long tMax;
    private final double etaMin;

    /**
     * A schedule down to 0.
     *
     * @param optimizer whose groups it changes
     * @param tMax epochs from the highest rate to the lowest, above 0
     */
    public CosineAnnealingLR(Optimizer optimizer, long tMax) {
        this(optimizer, tMax, 0);
    }

    /**
     * A schedule.
     *
     * @param optimizer whose groups it changes
     * @param tMax epochs from the highest rate to the lowest, above 0
     * @param etaMin the lowest rate
     * @throws IllegalArgumentException if an argument is out of range
     */
    public CosineAnnealingLR(Optimizer optimizer, long tMax, double etaMin) {
        super("cosineAnnealingLR", optimizer);
        require(tMax > 0, "tMax is not positive", tMax);
        require(etaMin >= 0, "etaMin is negative", etaMin);
        this.tMax = tMax;
        this.etaMin = etaMin;
        start();
    }

    private double cos(double epoch) {
        return Math.cos(Math.PI * epoch / tMax);
    }

    @Override
    protected double next(int group, double lr) {
        if (lastEpoch() == 0) {
            return lr;
        }
        if ((lastEpoch() - 1 - tMax) % (2 * tMax) == 0) { // from the lowest, where the quotient would be of zeros
            return lr + (baseLrs().get(group) - etaMin) * (1 - cos(1)) / 2;
        }
        return (1 + cos((double) lastEpoch())) / (1 + cos((double) lastEpoch() - 1)) * (lr - etaMin) + etaMin;
    }

    @Override
    protected double jump(int group) {
        return etaMin + (baseLrs().get(group) - etaMin) * (1 + cos((double) lastEpoch())) / 2;
    }
}

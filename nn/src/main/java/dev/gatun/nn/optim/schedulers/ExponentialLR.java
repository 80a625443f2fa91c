package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;

/**
 * Multiplies the learning rate by a factor in every epoch; {@code torch.optim.lr_scheduler.ExponentialLR}.
 *
 * {@snippet :
 * var scheduler = new ExponentialLR(optimizer, 0.9);
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0810
 * }
 */
public final class ExponentialLR extends LRScheduler {
    private final double gamma;

    /**
     * A schedule.
     *
     * @param optimizer whose groups it changes
     * @param gamma the factor
     * @throws IllegalArgumentException if the factor is negative
     */
    public ExponentialLR(Optimizer optimizer, double gamma) {
        super("exponentialLR", optimizer);
        require(gamma >= 0, "gamma is negative", gamma);
        this.gamma = gamma;
        start();
    }

    @Override
    protected double next(int group, double lr) {
        return lastEpoch() == 0 ? lr : lr * gamma;
    }

    @Override
    protected double jump(int group) {
        return baseLrs().get(group) * Math.pow(gamma, (double) lastEpoch());
    }
}

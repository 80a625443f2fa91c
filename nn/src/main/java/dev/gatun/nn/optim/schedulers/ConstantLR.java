package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;

/**
 * A smaller learning rate for the first epochs; {@code torch.optim.lr_scheduler.ConstantLR}.
 *
 * {@snippet :
 * var scheduler = new ConstantLR(optimizer, 0.5, 5);
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0500
 * }
 */
public final class ConstantLR extends LRScheduler {
    private final double factor;
    private final long totalIters;

    /**
     * A third of the rate for five epochs, PyTorch's defaults.
     *
     * @param optimizer whose groups it changes
     */
    public ConstantLR(Optimizer optimizer) {
        this(optimizer, 1.0 / 3, 5);
    }

    /**
     * A schedule.
     *
     * @param optimizer whose groups it changes
     * @param factor of the rate, above 0, at most 1
     * @param totalIters for how many epochs
     * @throws IllegalArgumentException if an argument is out of range
     */
    public ConstantLR(Optimizer optimizer, double factor, long totalIters) {
        super("constantLR", optimizer);
        require(factor > 0 && factor <= 1, "factor is not above 0 and at most 1", factor);
        require(totalIters >= 0, "totalIters is negative", totalIters);
        this.factor = factor;
        this.totalIters = totalIters;
        start();
    }

    @Override
    protected double next(int group, double lr) {
        if (lastEpoch() == 0) {
            return lr * factor;
        }
        return lastEpoch() == totalIters ? lr * (1 / factor) : lr;
    }

    @Override
    protected double jump(int group) {
        return baseLrs().get(group) * (lastEpoch() >= totalIters ? 1 : factor);
    }
}

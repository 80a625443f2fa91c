package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;

/**
 * A factor of the learning rate that changes evenly, for a warm-up; {@code torch.optim.lr_scheduler.LinearLR}.
 *
 * {@snippet :
 * var scheduler = new LinearLR(optimizer, 0.1, 1, 10);
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0280
 * }
 */
public final class LinearLR extends LRScheduler {
    private final double startFactor;
    private final double endFactor;
    private final long totalIters;

    /**
     * From a third of the rate to all of it in five epochs, PyTorch's defaults.
     *
     * @param optimizer whose groups it changes
     */
    public LinearLR(Optimizer optimizer) {
        this(optimizer, 1.0 / 3, 1, 5);
    }

    /**
     * A schedule.
     *
     * @param optimizer whose groups it changes
     * @param startFactor of the rate at first, above 0, at most 1
     * @param endFactor of the rate at last, from 0 to 1
     * @param totalIters in how many epochs, above 0
     * @throws IllegalArgumentException if an argument is out of range
     */
    public LinearLR(Optimizer optimizer, double startFactor, double endFactor, long totalIters) {
        super("linearLR", optimizer);
        require(startFactor > 0 && startFactor <= 1, "startFactor is not above 0 and at most 1", startFactor);
        require(endFactor >= 0 && endFactor <= 1, "endFactor is not 0 to 1", endFactor);
        require(totalIters > 0, "totalIters is not positive", totalIters);
        this.startFactor = startFactor;
        this.endFactor = endFactor;
        this.totalIters = totalIters;
        start();
    }

    @Override
    protected double next(int group, double lr) {
        if (lastEpoch() == 0) {
            return lr * startFactor;
        }
        if (lastEpoch() > totalIters) {
            return lr;
        }
        double change = endFactor - startFactor;
        return lr * (1 + change / (totalIters * startFactor + (lastEpoch() - 1) * change));
    }

    @Override
    protected double jump(int group) {
        double change = endFactor - startFactor;
        return baseLrs().get(group) * (startFactor + change * Math.min(totalIters, lastEpoch()) / totalIters);
    }
}

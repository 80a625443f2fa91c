package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;

/**
 * A learning rate that falls to 0 as a power of the time that is left; {@code torch.optim.lr_scheduler.PolynomialLR}.
 *
 * {@snippet :
 * var scheduler = new PolynomialLR(optimizer, 10, 2);
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0640
 * }
 */
public final class PolynomialLR extends LRScheduler {
    private final long totalIters;
    private final double power;

    /**
     * Evenly, in five epochs, PyTorch's defaults.
     *
     * @param optimizer whose groups it changes
     */
    public PolynomialLR(Optimizer optimizer) {
        this(optimizer, 5, 1);
    }

    /**
     * A schedule.
     *
     * @param optimizer whose groups it changes
     * @param totalIters in how many epochs, above 0
     * @param power of the share of the time that is left
     * @throws IllegalArgumentException if an argument is out of range
     */
    public PolynomialLR(Optimizer optimizer, long totalIters, double power) {
        super("polynomialLR", optimizer);
        require(totalIters > 0, "totalIters is not positive", totalIters);
        require(power >= 0, "power is negative", power);
        this.totalIters = totalIters;
        this.power = power;
        start();
    }

    private double left(long epoch) {
        return 1.0 - (double) epoch / totalIters;
    }

    @Override
    protected double next(int group, double lr) {
        if (lastEpoch() == 0 || lastEpoch() > totalIters) {
            return lr;
        }
        return lr * Math.pow(left(lastEpoch()) / left(lastEpoch() - 1), power);
    }

    @Override
    protected double jump(int group) {
        return baseLrs().get(group) * Math.pow(left(Math.min(totalIters, lastEpoch())), power);
    }
}

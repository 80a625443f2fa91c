package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;

/**
 * Multiplies the learning rate by a factor every few epochs; {@code torch.optim.lr_scheduler.StepLR}.
 *
 * {@snippet :
 * var scheduler = new StepLR(optimizer, 2, 0.1);
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0100
 * }
 */
public final class StepLR extends LRScheduler {
    private static final double GAMMA = 0.1;

    private final long stepSize;
    private final double gamma;

    /**
     * A schedule with PyTorch's factor, 0.1.
     *
     * @param optimizer whose groups it changes
     * @param stepSize epochs between two changes, above 0
     */
    public StepLR(Optimizer optimizer, long stepSize) {
        this(optimizer, stepSize, GAMMA);
    }

    /**
     * A schedule.
     *
     * @param optimizer whose groups it changes
     * @param stepSize epochs between two changes, above 0
     * @param gamma the factor
     * @throws IllegalArgumentException if an argument is out of range
     */
    public StepLR(Optimizer optimizer, long stepSize, double gamma) {
        super("stepLR", optimizer);
        require(stepSize > 0, "stepSize is not positive", stepSize);
        require(gamma >= 0, "gamma is negative", gamma);
        this.stepSize = stepSize;
        this.gamma = gamma;
        start();
    }

    @Override
    protected double next(int group, double lr) {
        return lastEpoch() == 0 || lastEpoch() % stepSize != 0 ? lr : lr * gamma;
    }

    @Override
    protected double jump(int group) {
        return baseLrs().get(group) * Math.pow(gamma, (double) Math.floorDiv(lastEpoch(), stepSize));
    }
}

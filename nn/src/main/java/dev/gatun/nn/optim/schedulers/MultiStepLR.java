package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;
import java.util.List;

/**
 * Multiplies the learning rate by a factor at given epochs; {@code torch.optim.lr_scheduler.MultiStepLR}.
 *
 * {@snippet :
 * var scheduler = new MultiStepLR(optimizer, List.of(1, 8));
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0100
 * }
 */
public final class MultiStepLR extends LRScheduler {
    private static final double GAMMA = 0.1;

    private final List<Integer> milestones;
    private final double gamma;

    /**
     * A schedule with PyTorch's factor, 0.1.
     *
     * @param optimizer whose groups it changes
     * @param milestones epochs; one that is given twice counts twice
     */
    public MultiStepLR(Optimizer optimizer, List<Integer> milestones) {
        this(optimizer, milestones, GAMMA);
    }

    /**
     * A schedule.
     *
     * @param optimizer whose groups it changes
     * @param milestones epochs; one that is given twice counts twice
     * @param gamma the factor
     * @throws IllegalArgumentException if the factor is negative
     */
    public MultiStepLR(Optimizer optimizer, List<Integer> milestones, double gamma) {
        super("multiStepLR", optimizer);
        require(gamma >= 0, "gamma is negative", gamma);
        this.milestones = List.copyOf(milestones);
        this.gamma = gamma;
        start();
    }

    @Override
    protected double next(int group, double lr) {
        long now = milestones.stream().filter(m -> m == lastEpoch()).count();
        return now == 0 ? lr : lr * Math.pow(gamma, (double) now);
    }

    @Override
    protected double jump(int group) {
        long reached = milestones.stream().filter(m -> m <= lastEpoch()).count();
        return baseLrs().get(group) * Math.pow(gamma, (double) reached);
    }
}

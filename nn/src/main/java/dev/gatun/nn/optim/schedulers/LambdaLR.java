package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/**
 * The first learning rate times a function of the epoch; {@code torch.optim.lr_scheduler.LambdaLR}.
 *
 * {@snippet :
 * var scheduler = new LambdaLR(optimizer, epoch -> 1 / (1 + 0.5 * epoch));
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0500
 * }
 */
public final class LambdaLR extends LRScheduler {
    private final List<LongToDoubleFunction> factors;

    /**
     * A schedule.
     *
     * @param optimizer whose groups it changes
     * @param factors from an epoch, the first being 0, to the factor; one for all groups, or one for each
     * @throws IllegalArgumentException if there are neither
     */
    public LambdaLR(Optimizer optimizer, LongToDoubleFunction... factors) {
        super("lambdaLR", optimizer);
        int groups = optimizer.paramGroups().size();
        require(
                factors.length == 1 || factors.length == groups,
                "not a function for all " + groups + " groups",
                factors.length);
        this.factors = List.of(factors);
        start();
    }

    @Override
    protected double next(int group, double lr) {
        LongToDoubleFunction factor = factors.get(factors.size() == 1 ? 0 : group);
        return baseLrs().get(group) * factor.applyAsDouble(lastEpoch());
    }
}

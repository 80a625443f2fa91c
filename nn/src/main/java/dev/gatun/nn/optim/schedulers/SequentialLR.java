package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.StateDict;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.ParamGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * Schedules one after another, each from its own epoch 0; {@code torch.optim.lr_scheduler.SequentialLR}.
 *
 * {@snippet :
 * var warmUp = new LinearLR(optimizer, 0.1, 1, 5);
 * var decay = new ExponentialLR(optimizer, 0.9);
 * var scheduler = new SequentialLR(optimizer, List.of(warmUp, decay), List.of(5));
 * scheduler.step();
 * }
 */
public final class SequentialLR extends LRScheduler {
    private static final String PARTS = "_schedulers";

    private final List<LRScheduler> schedulers;
    private final List<Integer> milestones;

    /**
     * Schedules one after another.
     *
     * @param optimizer whose groups they change
     * @param schedulers just made, of this optimizer
     * @param milestones at which epoch each begins, but the first; ascending
     * @throws IllegalArgumentException if a schedule is of another optimizer, or the milestones are not one fewer, or not
     *     ascending
     */
    public SequentialLR(Optimizer optimizer, List<? extends LRScheduler> schedulers, List<Integer> milestones) {
        super("sequentialLR", optimizer);
        require(
                !schedulers.isEmpty() && milestones.size() == schedulers.size() - 1,
                schedulers.size() + " schedulers need one milestone fewer",
                milestones);
        for (int i = 0; i < schedulers.size(); i++) {
            require(schedulers.get(i).optimizer() == optimizer, "a scheduler is of another optimizer", i);
            require(i < 2 || milestones.get(i - 1) > milestones.get(i - 2), "milestones do not ascend", milestones);
        }
        this.schedulers = List.copyOf(schedulers);
        this.milestones = List.copyOf(milestones);
        for (ParamGroup<?> group : optimizer.paramGroups()) {
            group.setLr(group.initialLr().orElseThrow());
        }
        this.schedulers.forEach(LRScheduler::stepBack);
        this.schedulers.getFirst().start();
        lastEpoch(0);
        lastLr(this.schedulers.getFirst().getLastLr());
    }

    private int reached() {
        int reached = 0;
        while (reached < milestones.size() && milestones.get(reached) <= lastEpoch()) {
            reached++;
        }
        return reached;
    }

    @Override
    public void step() {
        jumpTo(lastEpoch() + 1);
    }

    @Override
    void jumpTo(long epoch) {
        lastEpoch(epoch);
        int at = reached();
        LRScheduler scheduler = schedulers.get(at);
        if (at > 0 && milestones.get(at - 1) == lastEpoch()) {
            scheduler.jumpTo(0);
        } else {
            scheduler.step();
        }
        lastLr(scheduler.getLastLr());
    }

    @Override
    protected double next(int group, double lr) {
        return schedulers.get(reached()).next(group, lr);
    }

    @Override
    public StateDict stateDict() {
        StateDict state = super.stateDict();
        for (int i = 0; i < schedulers.size(); i++) {
            state.put(PARTS + "." + i, schedulers.get(i).stateDict());
        }
        return state;
    }

    @Override
    public Runnable prepareLoad(StateDict state) {
        StateDict parts = state.part(PARTS);
        List<Runnable> actions = new ArrayList<>();
        actions.add(super.prepareLoad(state));
        for (int i = 0; i < schedulers.size(); i++) {
            actions.add(schedulers.get(i).prepareLoad(parts.part(Integer.toString(i))));
        }
        return () -> actions.forEach(Runnable::run);
    }
}

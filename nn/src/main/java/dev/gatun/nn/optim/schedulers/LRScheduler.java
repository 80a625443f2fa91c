package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.StateDict;
import dev.gatun.nn.Stateful;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.ParamGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Changes the learning rates of an optimizer's groups from epoch to epoch, or from step to step; {@code
 * torch.optim.lr_scheduler.LRScheduler}. Making one sets the rates of epoch 0; {@link #step()} after the optimizer's
 * steps sets those of the next. Each changes the rates that it finds, so that several can be used together.
 *
 * {@snippet :
 * LRScheduler scheduler = new StepLR(optimizer, 30);
 * scheduler.step(); // after each epoch
 * System.out.println(scheduler.getLastLr()); // [0.1]
 * }
 */
public abstract class LRScheduler implements Stateful {
    private final String name;
    private final Optimizer optimizer;
    private List<Double> baseLrs;
    private List<Double> lastLr;
    private long lastEpoch = -1;
    private long stepCount;

    /**
     * A schedule, which begins at the groups' learning rates, or at those at which an earlier schedule began. A subclass
     * calls {@link #start()} once its own fields are set.
     *
     * @param name how messages name it, such as {@code stepLR}
     * @param optimizer whose groups it changes
     */
    protected LRScheduler(String name, Optimizer optimizer) {
        this.name = name;
        this.optimizer = optimizer;
        for (ParamGroup<?> group : optimizer.paramGroups()) {
            if (group.initialLr().isEmpty()) {
                group.setInitialLr(group.lr());
            }
        }
        this.baseLrs = optimizer.paramGroups().stream()
                .map(group -> group.initialLr().orElseThrow())
                .toList();
        this.lastLr = baseLrs;
    }

    /**
     * The learning rate of {@link #lastEpoch()} from that of the epoch before.
     *
     * @param group its number
     * @param lr what the group has now
     * @return the new rate
     */
    protected abstract double next(int group, double lr);

    /**
     * The learning rate of {@link #lastEpoch()} from what the schedule began at, for a jump; by default {@link #next}.
     *
     * @param group its number
     * @return the rate
     */
    protected double jump(int group) {
        return next(group, optimizer.paramGroups().get(group).lr());
    }

    /** Changes what is not a learning rate, such as a momentum, at {@link #lastEpoch()}; by default nothing. */
    protected void changeOthers() {}

    /** Sets the rates of epoch 0. */
    protected final void start() {
        stepCount = 0;
        step();
    }

    /** Goes on to the next epoch. */
    public void step() {
        lastEpoch++;
        stepCount++;
        set(false);
    }

    /** Goes to an epoch, from what the schedule began at. */
    void jumpTo(long epoch) {
        lastEpoch = epoch;
        stepCount++;
        set(true);
    }

    /** Takes back the epoch that the constructor began, but not its rates. */
    void stepBack() {
        lastEpoch--;
    }

    /** Computes all rates, then sets them. */
    final void set(boolean jumps) {
        List<? extends ParamGroup<?>> groups = optimizer.paramGroups();
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < Math.min(groups.size(), baseLrs.size()); i++) {
            values.add(jumps ? jump(i) : next(i, groups.get(i).lr()));
        }
        changeOthers();
        for (int i = 0; i < values.size(); i++) {
            groups.get(i).setLr(values.get(i));
        }
        lastLr = List.copyOf(values);
    }

    /**
     * The optimizer whose groups are changed.
     *
     * @return the optimizer
     */
    public final Optimizer optimizer() {
        return optimizer;
    }

    /**
     * The epoch whose rates are set; {@code last_epoch}.
     *
     * @return 0 at first
     */
    public final long lastEpoch() {
        return lastEpoch;
    }

    /** Says where the schedule stands, without setting rates. */
    final void lastEpoch(long epoch) {
        lastEpoch = epoch;
    }

    /**
     * What the groups' schedule begins at; {@code base_lrs}.
     *
     * @return a rate for each group
     */
    protected final List<Double> baseLrs() {
        return baseLrs;
    }

    final void baseLrs(List<Double> lrs) {
        baseLrs = List.copyOf(lrs);
    }

    /**
     * The rates that were set last; {@code get_last_lr()}.
     *
     * @return a rate for each group
     */
    public final List<Double> getLastLr() {
        return lastLr;
    }

    final void lastLr(List<Double> lrs) {
        lastLr = lrs;
    }

    /**
     * Where the schedule stands, under PyTorch's names; {@code scheduler.state_dict()}. What it was made with is not part
     * of it.
     *
     * @return numbers and lists of numbers
     */
    @Override
    public StateDict stateDict() {
        return new StateDict()
                .put("base_lrs", array(baseLrs))
                .put("last_epoch", lastEpoch)
                .put("_step_count", stepCount)
                .put("_last_lr", array(lastLr));
    }

    private static double[] array(List<Double> numbers) {
        return numbers.stream().mapToDouble(x -> x).toArray();
    }

    /**
     * Checks where another schedule stood, made with the same arguments; {@code scheduler.load_state_dict}. The groups'
     * rates are part of the optimizer's state and stay.
     */
    @Override
    public Runnable prepareLoad(StateDict state) {
        List<Double> base = Arrays.stream(state.getDoubles("base_lrs")).boxed().toList();
        List<Double> last = Arrays.stream(state.getDoubles("_last_lr")).boxed().toList();
        long epoch = state.getLong("last_epoch");
        long count = state.getLong("_step_count");
        require(base.size() == baseLrs.size(), "loadStateDict: " + baseLrs.size() + " groups, given", base.size());
        return () -> {
            baseLrs = base;
            lastLr = last;
            lastEpoch = epoch;
            stepCount = count;
        };
    }

    /**
     * Refuses an argument in one line.
     *
     * @param holds whether it is right
     * @param problem what is wrong
     * @param got what was given
     * @throws IllegalArgumentException if it is not
     */
    protected final void require(boolean holds, String problem, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + problem + ": " + got);
        }
    }

    /** A value for each group, from one for all. */
    final List<Double> forGroups(String what, List<Double> values) {
        int groups = optimizer.paramGroups().size();
        require(
                values.size() == 1 || values.size() == groups,
                what + " is not one for all " + groups + " groups",
                values);
        return values.size() == groups ? values : java.util.Collections.nCopies(groups, values.getFirst());
    }

    /** Refuses to cycle what is not there. */
    final void requireMomentum() {
        for (ParamGroup<?> group : optimizer.paramGroups()) {
            require(group.momentum().isPresent(), "the optimizer has no momentum to cycle", group.options());
        }
    }
}

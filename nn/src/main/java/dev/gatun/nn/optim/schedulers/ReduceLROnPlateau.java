package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.StateDict;
import dev.gatun.nn.Stateful;
import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.ParamGroup;
import java.util.Arrays;
import java.util.List;

/**
 * Multiplies the learning rate by a factor where a figure has not got better for some epochs; {@code
 * torch.optim.lr_scheduler.ReduceLROnPlateau}.
 *
 * {@snippet :
 * var scheduler = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.Options.defaults().withPatience(0));
 * scheduler.step(1.0); // what validation gave after the epoch
 * scheduler.step(1.0);
 * System.out.printf("%.3f%n", optimizer.lr()); // 0.010
 * }
 */
public final class ReduceLROnPlateau implements Stateful {
    /** What is better. */
    public enum Mode {
        /** Less, as of a loss. */
        MIN,
        /** More, as of an accuracy. */
        MAX
    }

    /** What the threshold is a share of. */
    public enum ThresholdMode {
        /** Of the best figure. */
        REL,
        /** Of nothing: it is a difference. */
        ABS
    }

    /**
     * When and how the rate falls. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param mode what is better; MIN
     * @param factor of the rate; 0.1
     * @param patience epochs without a better figure that are let pass; 10
     * @param threshold by how much a better figure is better; 1e-4
     * @param thresholdMode what the threshold is a share of; REL
     * @param cooldown epochs after a change in which none is counted; 0
     * @param minLr the lowest rate, one for all groups or one for each; 0
     * @param eps the least change of a rate that is made; 1e-8
     */
    public record Options(
            Mode mode,
            double factor,
            int patience,
            double threshold,
            ThresholdMode thresholdMode,
            int cooldown,
            List<Double> minLr,
            double eps) {
        /** A copy that nobody changes. */
        public Options {
            minLr = List.copyOf(minLr);
        }

        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(Mode.MIN, 0.1, 10, 1e-4, ThresholdMode.REL, 0, List.of(0.0), 1e-8);
        }

        /**
         * These with another direction.
         *
         * @param value what is better
         * @return new options
         */
        public Options withMode(Mode value) {
            return new Options(value, factor, patience, threshold, thresholdMode, cooldown, minLr, eps);
        }

        /**
         * These with another factor.
         *
         * @param value of the rate, below 1
         * @return new options
         */
        public Options withFactor(double value) {
            return new Options(mode, value, patience, threshold, thresholdMode, cooldown, minLr, eps);
        }

        /**
         * These with another patience.
         *
         * @param value epochs without a better figure that are let pass
         * @return new options
         */
        public Options withPatience(int value) {
            return new Options(mode, factor, value, threshold, thresholdMode, cooldown, minLr, eps);
        }

        /**
         * These with another threshold.
         *
         * @param value by how much a better figure is better
         * @param of what it is a share of
         * @return new options
         */
        public Options withThreshold(double value, ThresholdMode of) {
            return new Options(mode, factor, patience, value, of, cooldown, minLr, eps);
        }

        /**
         * These with another rest after a change.
         *
         * @param value epochs
         * @return new options
         */
        public Options withCooldown(int value) {
            return new Options(mode, factor, patience, threshold, thresholdMode, value, minLr, eps);
        }

        /**
         * These with another lowest rate.
         *
         * @param values not negative, one for all groups or one for each
         * @return new options
         */
        public Options withMinLr(double... values) {
            List<Double> least = Arrays.stream(values).boxed().toList();
            return new Options(mode, factor, patience, threshold, thresholdMode, cooldown, least, eps);
        }

        /**
         * These with another least change.
         *
         * @param value of a rate
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(mode, factor, patience, threshold, thresholdMode, cooldown, minLr, value);
        }
    }

    private final Optimizer optimizer;
    private final Options options;
    private double best;
    private long badEpochs;
    private long cooldownLeft;
    private long lastEpoch;

    /**
     * With PyTorch's defaults.
     *
     * @param optimizer whose groups it changes
     */
    public ReduceLROnPlateau(Optimizer optimizer) {
        this(optimizer, Options.defaults());
    }

    /**
     * With options.
     *
     * @param optimizer whose groups it changes
     * @param options all of them
     * @throws IllegalArgumentException if an option is out of range
     */
    public ReduceLROnPlateau(Optimizer optimizer, Options options) {
        require(options.factor >= 0 && options.factor < 1, "factor is not below 1", options.factor);
        require(options.patience >= 0 && options.cooldown >= 0, "a count of epochs is negative", options);
        require(options.minLr.stream().allMatch(least -> least >= 0), "minLr is negative", options.minLr);
        requireFits(options, optimizer);
        this.optimizer = optimizer;
        this.options = options;
        this.best = options.mode == Mode.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    private static void requireFits(Options options, Optimizer optimizer) {
        int groups = optimizer.paramGroups().size();
        require(
                options.minLr.size() == 1 || options.minLr.size() == groups,
                "minLr is not one number or one for each of " + groups + " groups",
                options.minLr);
    }

    private static void require(boolean holds, String problem, Object got) {
        if (!holds) {
            throw new IllegalArgumentException("reduceLROnPlateau: " + problem + ": " + got);
        }
    }

    /**
     * Looks at the figure of an epoch.
     *
     * @param metric such as a loss on data that is not trained on; NaN is not better
     */
    public void step(double metric) {
        lastEpoch++;
        if (isBetter(metric)) {
            best = metric;
            badEpochs = 0;
        } else {
            badEpochs++;
        }
        if (cooldownLeft > 0) {
            cooldownLeft--;
            badEpochs = 0;
        }
        if (badEpochs > options.patience) {
            reduce();
            cooldownLeft = options.cooldown;
            badEpochs = 0;
        }
    }

    private boolean isBetter(double metric) {
        boolean relative = options.thresholdMode == ThresholdMode.REL;
        return options.mode == Mode.MIN
                ? metric < (relative ? best * (1 - options.threshold) : best - options.threshold)
                : metric > (relative ? best * (options.threshold + 1) : best + options.threshold);
    }

    private void reduce() {
        requireFits(options, optimizer); // groups may have come
        List<? extends ParamGroup<?>> groups = optimizer.paramGroups();
        for (int i = 0; i < groups.size(); i++) {
            ParamGroup<?> group = groups.get(i);
            double least = options.minLr.get(options.minLr.size() == 1 ? 0 : i);
            double reduced = Math.max(group.lr() * options.factor, least);
            if (group.lr() - reduced > options.eps) {
                group.setLr(reduced);
            }
        }
    }

    /**
     * The rates of the groups.
     *
     * @return a rate for each group
     */
    public List<Double> getLastLr() {
        return optimizer.paramGroups().stream().map(ParamGroup::lr).toList();
    }

    /**
     * Where the schedule stands, under PyTorch's names; {@code scheduler.state_dict()}.
     *
     * @return numbers
     */
    @Override
    public StateDict stateDict() {
        return new StateDict()
                .put("best", best)
                .put("num_bad_epochs", badEpochs)
                .put("cooldown_counter", cooldownLeft)
                .put("last_epoch", lastEpoch);
    }

    /** Checks where another schedule stood, made with the same options; {@code scheduler.load_state_dict}. */
    @Override
    public Runnable prepareLoad(StateDict state) {
        double newBest = state.getDouble("best");
        long bad = state.getLong("num_bad_epochs");
        long left = state.getLong("cooldown_counter");
        long epoch = state.getLong("last_epoch");
        return () -> {
            best = newBest;
            badEpochs = bad;
            cooldownLeft = left;
            lastEpoch = epoch;
        };
    }
}

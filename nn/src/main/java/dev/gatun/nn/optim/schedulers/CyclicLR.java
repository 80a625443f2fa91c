package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.ParamGroup;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * A learning rate that rises and falls again and again, step by step, while the momentum falls and rises; {@code
 * torch.optim.lr_scheduler.CyclicLR}.
 *
 * {@snippet :
 * var scheduler = new CyclicLR(optimizer, 0.001, 0.1);
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0011
 * }
 *
 * @see <a href="https://arxiv.org/abs/1506.01186">Smith 2017</a>
 */
public final class CyclicLR extends LRScheduler {
    /** How the height of the cycles changes. */
    public enum Mode {
        /** Not at all. */
        TRIANGULAR,
        /** Half of it from cycle to cycle. */
        TRIANGULAR2,
        /** By gamma from step to step. */
        EXP_RANGE
    }

    /** What a scale is a function of; {@code scale_mode}. */
    public enum ScaleMode {
        /** The number of the cycle, from 1. */
        CYCLE,
        /** The number of steps, from 0. */
        ITERATIONS
    }

    /**
     * A change of the height that replaces the mode's; {@code scale_fn} and {@code scale_mode}.
     *
     * @param function the factor of the height, from 0 to 1
     * @param of what it is given
     */
    public record Scale(DoubleUnaryOperator function, ScaleMode of) {}

    /**
     * What a cycle is. PyTorch's names and, in {@link #of}, its values.
     *
     * @param baseLr the lowest rate, one for all groups or one for each
     * @param maxLr the highest rate, one for all groups or one for each
     * @param stepSizeUp steps in which the rate rises; 2000
     * @param stepSizeDown steps in which it falls; 2000
     * @param mode how the height changes; TRIANGULAR
     * @param gamma the factor of EXP_RANGE; 1
     * @param cycleMomentum whether the momentum, or Adam's first beta, is cycled too; true
     * @param baseMomentum the momentum at the highest rate; 0.8
     * @param maxMomentum the momentum at the lowest; 0.9
     * @param scale what takes the place of mode and gamma; none
     */
    public record Options(
            List<Double> baseLr,
            List<Double> maxLr,
            long stepSizeUp,
            long stepSizeDown,
            Mode mode,
            double gamma,
            boolean cycleMomentum,
            double baseMomentum,
            double maxMomentum,
            Optional<Scale> scale) {
        /**
         * PyTorch's defaults.
         *
         * @param baseLr the lowest rate
         * @param maxLr the highest rate
         * @return the options
         */
        public static Options of(double baseLr, double maxLr) {
            return new Options(
                    List.of(baseLr), List.of(maxLr), 2000, 2000, Mode.TRIANGULAR, 1, true, 0.8, 0.9, Optional.empty());
        }

        /**
         * These with rates for each group.
         *
         * @param base the lowest
         * @param max the highest
         * @return new options
         */
        public Options withLrs(List<Double> base, List<Double> max) {
            return new Options(
                    base, max, stepSizeUp, stepSizeDown, mode, gamma, cycleMomentum, baseMomentum, maxMomentum, scale);
        }

        /**
         * These with other lengths.
         *
         * @param up steps in which the rate rises
         * @param down steps in which it falls
         * @return new options
         */
        public Options withStepSizes(long up, long down) {
            return new Options(baseLr, maxLr, up, down, mode, gamma, cycleMomentum, baseMomentum, maxMomentum, scale);
        }

        /**
         * These with another change of the height.
         *
         * @param value how it changes
         * @param factor of EXP_RANGE
         * @return new options
         */
        public Options withMode(Mode value, double factor) {
            return new Options(
                    baseLr,
                    maxLr,
                    stepSizeUp,
                    stepSizeDown,
                    value,
                    factor,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    scale);
        }

        /**
         * These with or without a momentum that is cycled.
         *
         * @param value whether to
         * @return new options
         */
        public Options withCycleMomentum(boolean value) {
            return new Options(
                    baseLr, maxLr, stepSizeUp, stepSizeDown, mode, gamma, value, baseMomentum, maxMomentum, scale);
        }

        /**
         * These with other momenta.
         *
         * @param base at the highest rate
         * @param max at the lowest
         * @return new options
         */
        public Options withMomentum(double base, double max) {
            return new Options(baseLr, maxLr, stepSizeUp, stepSizeDown, mode, gamma, cycleMomentum, base, max, scale);
        }

        /**
         * These with a change of the height by a function.
         *
         * @param function the factor of the height, from 0 to 1
         * @param of what it is given
         * @return new options
         */
        public Options withScale(DoubleUnaryOperator function, ScaleMode of) {
            return new Options(
                    baseLr,
                    maxLr,
                    stepSizeUp,
                    stepSizeDown,
                    mode,
                    gamma,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    Optional.of(new Scale(function, of)));
        }
    }

    private final Options options;
    private final List<Double> maxLrs;

    /**
     * Cycles with PyTorch's defaults.
     *
     * @param optimizer whose groups it changes
     * @param baseLr the lowest rate
     * @param maxLr the highest rate
     */
    public CyclicLR(Optimizer optimizer, double baseLr, double maxLr) {
        this(optimizer, Options.of(baseLr, maxLr));
    }

    /**
     * Cycles.
     *
     * @param optimizer whose groups it changes
     * @param options all of them
     * @throws IllegalArgumentException if an option is out of range, or the optimizer has no momentum to cycle
     */
    public CyclicLR(Optimizer optimizer, Options options) {
        super("cyclicLR", optimizer);
        require(options.stepSizeUp > 0 && options.stepSizeDown > 0, "a step size is not positive", options);
        this.options = options;
        baseLrs(forGroups("baseLr", options.baseLr));
        this.maxLrs = forGroups("maxLr", options.maxLr);
        if (options.cycleMomentum) {
            requireMomentum();
        }
        List<? extends ParamGroup<?>> groups = optimizer.paramGroups();
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).setLr(baseLrs().get(i));
        }
        start();
    }

    private double total() {
        return options.stepSizeUp + options.stepSizeDown;
    }

    /** How high in its cycle a step is, times the height of the cycle. */
    private double height() {
        double cycle = Math.floor(1 + lastEpoch() / total());
        double x = 1.0 + lastEpoch() / total() - cycle;
        double ratio = options.stepSizeUp / total();
        double share = x <= ratio ? x / ratio : (x - 1) / (ratio - 1);
        return share * scale(cycle);
    }

    private double scale(double cycle) {
        if (options.scale.isPresent()) {
            Scale scale = options.scale.get();
            return scale.function.applyAsDouble(scale.of == ScaleMode.CYCLE ? cycle : (double) lastEpoch());
        }
        return switch (options.mode) {
            case TRIANGULAR -> 1;
            case TRIANGULAR2 -> 1 / Math.pow(2, cycle - 1);
            case EXP_RANGE -> Math.pow(options.gamma, (double) lastEpoch());
        };
    }

    @Override
    protected double next(int group, double lr) {
        double base = baseLrs().get(group);
        return base + (maxLrs.get(group) - base) * height();
    }

    @Override
    protected void changeOthers() {
        if (options.cycleMomentum) {
            double momentum = options.maxMomentum - (options.maxMomentum - options.baseMomentum) * height();
            optimizer().paramGroups().forEach(group -> group.setMomentum(momentum));
        }
    }
}

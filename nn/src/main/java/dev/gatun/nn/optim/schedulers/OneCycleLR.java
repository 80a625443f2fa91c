package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.optim.Optimizer;
import dev.gatun.nn.optim.ParamGroup;
import java.util.List;

/**
 * A learning rate that rises, falls and vanishes once in a training, step by step, while the momentum falls and rises;
 * {@code torch.optim.lr_scheduler.OneCycleLR}.
 *
 * {@snippet :
 * var scheduler = new OneCycleLR(optimizer, 0.1, 100);
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0051
 * }
 *
 * @see <a href="https://arxiv.org/abs/1708.07120">Smith, Topin 2018</a>
 */
public final class OneCycleLR extends LRScheduler {
    /** How values go from one to another. */
    public enum Anneal {
        /** Along half a cosine. */
        COS,
        /** Evenly. */
        LINEAR
    }

    /**
     * What a cycle is. PyTorch's names and, in {@link #of}, its values.
     *
     * @param maxLr the highest rate, one for all groups or one for each
     * @param totalSteps of the cycle
     * @param pctStart the share of the steps in which the rate rises; 0.3
     * @param annealStrategy how it changes; COS
     * @param cycleMomentum whether the momentum, or Adam's first beta, is cycled too; true
     * @param baseMomentum the momentum at the highest rate; 0.85
     * @param maxMomentum the momentum at the first and the last; 0.95
     * @param divFactor the highest rate over the first; 25
     * @param finalDivFactor the first rate over the last; 1e4
     * @param threePhase whether the rate falls to the first one before it vanishes; false
     */
    public record Options(
            List<Double> maxLr,
            long totalSteps,
            double pctStart,
            Anneal annealStrategy,
            boolean cycleMomentum,
            double baseMomentum,
            double maxMomentum,
            double divFactor,
            double finalDivFactor,
            boolean threePhase) {
        /**
         * PyTorch's defaults.
         *
         * @param maxLr the highest rate
         * @param totalSteps of the cycle
         * @return the options
         */
        public static Options of(double maxLr, long totalSteps) {
            return new Options(List.of(maxLr), totalSteps, 0.3, Anneal.COS, true, 0.85, 0.95, 25, 1e4, false);
        }

        /**
         * These with a highest rate for each group.
         *
         * @param value in the groups' order
         * @return new options
         */
        public Options withMaxLr(List<Double> value) {
            return new Options(
                    value,
                    totalSteps,
                    pctStart,
                    annealStrategy,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    divFactor,
                    finalDivFactor,
                    threePhase);
        }

        /**
         * These with another share of rising steps.
         *
         * @param value from 0 to 1
         * @return new options
         */
        public Options withPctStart(double value) {
            return new Options(
                    maxLr,
                    totalSteps,
                    value,
                    annealStrategy,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    divFactor,
                    finalDivFactor,
                    threePhase);
        }

        /**
         * These with another way of going.
         *
         * @param value how values change
         * @return new options
         */
        public Options withAnnealStrategy(Anneal value) {
            return new Options(
                    maxLr,
                    totalSteps,
                    pctStart,
                    value,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    divFactor,
                    finalDivFactor,
                    threePhase);
        }

        /**
         * These with or without a momentum that is cycled.
         *
         * @param value whether to
         * @return new options
         */
        public Options withCycleMomentum(boolean value) {
            return new Options(
                    maxLr,
                    totalSteps,
                    pctStart,
                    annealStrategy,
                    value,
                    baseMomentum,
                    maxMomentum,
                    divFactor,
                    finalDivFactor,
                    threePhase);
        }

        /**
         * These with other momenta.
         *
         * @param base at the highest rate
         * @param max at the first and the last
         * @return new options
         */
        public Options withMomentum(double base, double max) {
            return new Options(
                    maxLr,
                    totalSteps,
                    pctStart,
                    annealStrategy,
                    cycleMomentum,
                    base,
                    max,
                    divFactor,
                    finalDivFactor,
                    threePhase);
        }

        /**
         * These with another first and last rate.
         *
         * @param first the highest rate over the first
         * @param last the first rate over the last
         * @return new options
         */
        public Options withDivFactors(double first, double last) {
            return new Options(
                    maxLr,
                    totalSteps,
                    pctStart,
                    annealStrategy,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    first,
                    last,
                    threePhase);
        }

        /**
         * These with two or three phases.
         *
         * @param value whether there are three
         * @return new options
         */
        public Options withThreePhase(boolean value) {
            return new Options(
                    maxLr,
                    totalSteps,
                    pctStart,
                    annealStrategy,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    divFactor,
                    finalDivFactor,
                    value);
        }
    }

    /** Until a step, from values to others: 0 the first rate, 1 the highest, 2 the last; momenta likewise by the flag. */
    private record Phase(double end, int from, int to, boolean momentumFalls, boolean momentumRises) {}

    private final Options options;
    private final List<Double> maxLrs;
    private final List<Phase> phases;

    /**
     * A cycle with PyTorch's defaults.
     *
     * @param optimizer whose groups it changes
     * @param maxLr the highest rate
     * @param totalSteps of the cycle
     */
    public OneCycleLR(Optimizer optimizer, double maxLr, long totalSteps) {
        this(optimizer, Options.of(maxLr, totalSteps));
    }

    /**
     * A cycle over epochs of so many steps, with PyTorch's defaults.
     *
     * @param optimizer whose groups it changes
     * @param maxLr the highest rate
     * @param epochs of the training
     * @param stepsPerEpoch of each
     */
    public OneCycleLR(Optimizer optimizer, double maxLr, long epochs, long stepsPerEpoch) {
        this(optimizer, maxLr, Math.multiplyExact(epochs, stepsPerEpoch));
    }

    /**
     * A cycle.
     *
     * @param optimizer whose groups it changes
     * @param options all of them
     * @throws IllegalArgumentException if an option is out of range, or the optimizer has no momentum to cycle
     */
    public OneCycleLR(Optimizer optimizer, Options options) {
        super("oneCycleLR", optimizer);
        require(options.totalSteps > 0, "totalSteps is not positive", options.totalSteps);
        require(options.pctStart >= 0 && options.pctStart <= 1, "pctStart is not 0 to 1", options.pctStart);
        require(options.divFactor > 0 && options.finalDivFactor > 0, "a factor is not positive", options);
        this.options = options;
        this.maxLrs = forGroups("maxLr", options.maxLr);
        double rising = options.pctStart * options.totalSteps - 1;
        double last = options.totalSteps - 1;
        this.phases = options.threePhase
                ? List.of(
                        new Phase(rising, 0, 1, true, false),
                        new Phase(2 * options.pctStart * options.totalSteps - 2, 1, 0, false, true),
                        new Phase(last, 0, 2, false, false))
                : List.of(new Phase(rising, 0, 1, true, false), new Phase(last, 1, 2, false, true));
        if (options.cycleMomentum) {
            requireMomentum();
        }
        List<? extends ParamGroup<?>> groups = optimizer.paramGroups();
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).setInitialLr(rate(i, 0));
        }
        start();
    }

    private double rate(int group, int which) {
        double first = maxLrs.get(group) / options.divFactor;
        return switch (which) {
            case 0 -> first;
            case 1 -> maxLrs.get(group);
            default -> first / options.finalDivFactor;
        };
    }

    private double between(double start, double end, double share) {
        return options.annealStrategy == Anneal.COS
                ? end + (start - end) / 2.0 * (Math.cos(Math.PI * share) + 1)
                : (end - start) * share + start;
    }

    private Phase phase() {
        for (Phase phase : phases) {
            if (lastEpoch() <= phase.end) {
                return phase;
            }
        }
        return phases.getLast();
    }

    private double share(Phase phase) {
        int at = phases.indexOf(phase);
        double start = at == 0 ? 0 : phases.get(at - 1).end;
        return (lastEpoch() - start) / (phase.end - start);
    }

    /**
     * Goes on to the next step.
     *
     * @throws IllegalStateException after the last step of the cycle
     */
    @Override
    public void step() {
        if (lastEpoch() >= options.totalSteps) {
            throw new IllegalStateException("oneCycleLR: the cycle has ended: " + options.totalSteps + " steps");
        }
        super.step();
    }

    @Override
    protected double next(int group, double lr) {
        Phase phase = phase();
        return between(rate(group, phase.from), rate(group, phase.to), share(phase));
    }

    @Override
    protected void changeOthers() {
        if (!options.cycleMomentum) {
            return;
        }
        Phase phase = phase();
        double start = phase.momentumRises ? options.baseMomentum : options.maxMomentum;
        double end = phase.momentumFalls ? options.baseMomentum : options.maxMomentum;
        double momentum = between(start, end, share(phase));
        optimizer().paramGroups().forEach(group -> group.setMomentum(momentum));
    }
}

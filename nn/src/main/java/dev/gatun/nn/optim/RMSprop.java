package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * RMSprop; {@code torch.optim.RMSprop}. For a parameter p with gradient g:
 *
 * <pre>
 * g = -g                              where maximize
 * g = g + weightDecay p
 * v = alpha v + (1 - alpha) g^2
 * a = alpha a + (1 - alpha) g         where centered
 * d = sqrt(v) + eps                   where centered sqrt(v - a^2) + eps
 * p = p - lr g / d                    with momentum b = momentum b + g / d, p = p - lr b
 * </pre>
 *
 * {@snippet :
 * var optimizer = new RMSprop(model.parameters(), RMSprop.Options.defaults().withMomentum(0.9));
 * optimizer.zeroGrad();
 * criterion.forward(model.forward(x), target).backward();
 * optimizer.step();
 * }
 *
 * @see <a href="https://arxiv.org/abs/1308.0850">Graves 2013</a>, on the centered form
 */
public final class RMSprop extends GroupedOptimizer<RMSprop.Options> {
    private static final String[] PLAIN = {"square_avg"};
    private static final String[] CENTERED = {"square_avg", "grad_avg"};
    private static final String[] MOMENTUM = {"square_avg", "momentum_buffer"};
    private static final String[] CENTERED_MOMENTUM = {"square_avg", "grad_avg", "momentum_buffer"};

    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1e-2
     * @param alpha how much of the averages is kept; 0.99
     * @param eps added to the root; 1e-8
     * @param weightDecay the factor of the L2 penalty; 0
     * @param momentum the share of the last direction that is kept; 0
     * @param centered whether to divide by the deviation from the mean; false
     * @param maximize whether to climb; false
     */
    public record Options(
            double lr,
            double alpha,
            double eps,
            double weightDecay,
            double momentum,
            boolean centered,
            boolean maximize)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-2, 0.99, 1e-8, 0, 0, false, false);
        }

        @Override
        public Options withLr(double value) {
            return new Options(value, alpha, eps, weightDecay, momentum, centered, maximize);
        }

        /**
         * These with another share of the averages that is kept.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withAlpha(double value) {
            return new Options(lr, value, eps, weightDecay, momentum, centered, maximize);
        }

        /**
         * These with another addition to the root.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(lr, alpha, value, weightDecay, momentum, centered, maximize);
        }

        /**
         * These with another weight decay.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withWeightDecay(double value) {
            return new Options(lr, alpha, eps, value, momentum, centered, maximize);
        }

        /**
         * These with another momentum.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withMomentum(double value) {
            return new Options(lr, alpha, eps, weightDecay, value, centered, maximize);
        }

        /**
         * These with or without the mean.
         *
         * @param value whether to divide by the deviation from it
         * @return new options
         */
        public Options withCentered(boolean value) {
            return new Options(lr, alpha, eps, weightDecay, momentum, value, maximize);
        }

        /**
         * These with a step up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, alpha, eps, weightDecay, momentum, centered, value);
        }

        @Override
        public OptionalDouble cycledMomentum() {
            return OptionalDouble.of(momentum);
        }

        @Override
        public Options withCycledMomentum(double value) {
            return new Options(lr, alpha, eps, weightDecay, value, centered, maximize);
        }

        @Override
        public Map<String, Object> toMap() {
            return OptionMap.of(
                    "lr",
                    lr,
                    "alpha",
                    alpha,
                    "eps",
                    eps,
                    "weight_decay",
                    weightDecay,
                    "momentum",
                    momentum,
                    "centered",
                    centered,
                    "maximize",
                    maximize);
        }

        @Override
        public Options withState(StateDict values) {
            return new Options(
                    values.getDouble("lr"),
                    values.getDouble("alpha"),
                    values.getDouble("eps"),
                    values.getDouble("weight_decay"),
                    values.getDouble("momentum"),
                    values.getBoolean("centered"),
                    values.getBoolean("maximize"));
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param params floating-point leaves, each once
     * @throws IllegalArgumentException as {@link #RMSprop(Collection, Options)}
     */
    public RMSprop(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params floating-point leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #RMSprop(Collection, Options)}
     */
    public RMSprop(Collection<Tensor> params, double lr) {
        this(params, Options.defaults().withLr(lr));
    }

    /**
     * The optimizer.
     *
     * @param params floating-point leaves, each once
     * @param options of each step
     * @throws IllegalArgumentException if there is no parameter, one is no leaf or given twice, or an option is out of
     *     range
     */
    public RMSprop(Collection<Tensor> params, Options options) {
        super("rmsprop", params, options);
    }

    @Override
    void check(Options options) {
        requireNotNegative("lr", options.lr);
        requireNotNegative("alpha", options.alpha);
        requireNotNegative("eps", options.eps);
        requireNotNegative("weightDecay", options.weightDecay);
        requireNotNegative("momentum", options.momentum);
    }

    @Override
    String[] buffers(Options options) {
        if (options.momentum == 0) {
            return options.centered ? CENTERED : PLAIN;
        }
        return options.centered ? CENTERED_MOMENTUM : MOMENTUM;
    }

    @Override
    UpdateRule rule(Options o, State state) {
        return new UpdateRule.RMSprop(o.lr, o.alpha, o.eps, o.weightDecay, o.momentum, o.centered, o.maximize);
    }
}

package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Adam with Nesterov's momentum; {@code torch.optim.NAdam}. For a parameter p with gradient g at its step t:
 *
 * <pre>
 * g = -g                              where maximize
 * g = g + weightDecay p
 * mu = beta1 (1 - 0.96^(t momentumDecay) / 2), next: the same for t + 1
 * product = product mu                1 at first
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * d = sqrt(v / (1 - beta2^t)) + eps
 * p = p - lr (1 - mu) / (1 - product) g / d - lr next / (1 - product mu next) m / d
 * </pre>
 *
 * <p>The product is kept in F32, and its last line has mu twice, as in PyTorch.
 *
 * {@snippet :
 * var optimizer = new NAdam(model.parameters(), 2e-3);
 * optimizer.zeroGrad();
 * criterion.forward(model.forward(x), target).backward();
 * optimizer.step();
 * }
 *
 * @see <a href="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ">Dozat 2016</a>
 */
public final class NAdam extends GroupedOptimizer<NAdam.Options> {
    private static final String[] BUFFERS = {"exp_avg", "exp_avg_sq"};
    private static final String[] NUMBERS = {"mu_product"};
    private static final double WARM_UP = 0.96;

    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 2e-3
     * @param beta1 how much of the first moment is kept; 0.9
     * @param beta2 how much of the second moment is kept; 0.999
     * @param eps added to the root; 1e-8
     * @param weightDecay the factor of the L2 penalty; 0
     * @param momentumDecay how fast the momentum reaches beta1; 4e-3
     * @param maximize whether to climb; false
     */
    public record Options(
            double lr,
            double beta1,
            double beta2,
            double eps,
            double weightDecay,
            double momentumDecay,
            boolean maximize)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(2e-3, 0.9, 0.999, 1e-8, 0, 4e-3, false);
        }

        @Override
        public Options withLr(double value) {
            return new Options(value, beta1, beta2, eps, weightDecay, momentumDecay, maximize);
        }

        /**
         * These with other shares of the moments that are kept.
         *
         * @param first from 0 up to, not including, 1
         * @param second from 0 up to, not including, 1
         * @return new options
         */
        public Options withBetas(double first, double second) {
            return new Options(lr, first, second, eps, weightDecay, momentumDecay, maximize);
        }

        /**
         * These with another addition to the root.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(lr, beta1, beta2, value, weightDecay, momentumDecay, maximize);
        }

        /**
         * These with another weight decay.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withWeightDecay(double value) {
            return new Options(lr, beta1, beta2, eps, value, momentumDecay, maximize);
        }

        /**
         * These with another decay of the momentum.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withMomentumDecay(double value) {
            return new Options(lr, beta1, beta2, eps, weightDecay, value, maximize);
        }

        /**
         * These with a step up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, beta1, beta2, eps, weightDecay, momentumDecay, value);
        }

        @Override
        public OptionalDouble cycledMomentum() {
            return OptionalDouble.of(beta1);
        }

        @Override
        public Options withCycledMomentum(double value) {
            return new Options(lr, value, beta2, eps, weightDecay, momentumDecay, maximize);
        }

        @Override
        public Map<String, Object> toMap() {
            return OptionMap.of(
                    "lr",
                    lr,
                    "betas",
                    List.of(beta1, beta2),
                    "eps",
                    eps,
                    "weight_decay",
                    weightDecay,
                    "momentum_decay",
                    momentumDecay,
                    "maximize",
                    maximize);
        }

        @Override
        public Options withState(StateDict values) {
            return new Options(
                    values.getDouble("lr"),
                    OptionMap.part(values, "betas", 0),
                    OptionMap.part(values, "betas", 1),
                    values.getDouble("eps"),
                    values.getDouble("weight_decay"),
                    values.getDouble("momentum_decay"),
                    values.getBoolean("maximize"));
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param params floating-point leaves, each once
     * @throws IllegalArgumentException as {@link #NAdam(Collection, Options)}
     */
    public NAdam(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params floating-point leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #NAdam(Collection, Options)}
     */
    public NAdam(Collection<Tensor> params, double lr) {
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
    public NAdam(Collection<Tensor> params, Options options) {
        super("nadam", params, options);
    }

    @Override
    void check(Options options) {
        requireMoments(options.lr, options.beta1, options.beta2, options.eps, options.weightDecay);
        requireNotNegative("momentumDecay", options.momentumDecay);
    }

    @Override
    String[] buffers(Options options) {
        return BUFFERS;
    }

    @Override
    String[] numbers() {
        return NUMBERS;
    }

    @Override
    double initialNumber(Options options, int number) {
        return 1;
    }

    private static double momentum(Options o, long step) {
        return o.beta1 * (1 - 0.5 * Math.pow(WARM_UP, step * o.momentumDecay));
    }

    /** In F32, as PyTorch keeps it. */
    private static float product(Options o, State state) {
        return (float) state.numbers[0] * (float) momentum(o, state.steps + 1);
    }

    @Override
    UpdateRule rule(Options o, State state) {
        long step = state.steps + 1;
        double mu = momentum(o, step);
        double next = momentum(o, step + 1);
        float product = product(o, state);
        float productNext = product * (float) mu * (float) next;
        return new UpdateRule.NAdam(
                o.lr, o.beta1, o.beta2, o.eps, o.weightDecay, o.maximize, step, mu, next, product, productNext);
    }

    @Override
    void advance(Options o, State state) {
        state.numbers[0] = product(o, state);
    }
}

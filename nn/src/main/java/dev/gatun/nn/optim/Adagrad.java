package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.Collection;
import java.util.Map;

/**
 * Adagrad; {@code torch.optim.Adagrad}. For a parameter p with gradient g at its step t:
 *
 * <pre>
 * g = -g                              where maximize
 * g = g + weightDecay p
 * s = s + g^2
 * p = p - lr / (1 + (t - 1) lrDecay) g / (sqrt(s) + eps)
 * </pre>
 *
 * <p>Sparse gradients are taken where there is no weight decay.
 *
 * {@snippet :
 * var optimizer = new Adagrad(model.parameters(), 0.01);
 * optimizer.zeroGrad();
 * criterion.forward(model.forward(x), target).backward();
 * optimizer.step();
 * }
 *
 * @see <a href="https://jmlr.org/papers/v12/duchi11a.html">Duchi, Hazan, Singer 2011</a>
 */
public final class Adagrad extends GroupedOptimizer<Adagrad.Options> {
    private static final String[] BUFFERS = {"sum"};

    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1e-2
     * @param lrDecay how fast the learning rate falls; 0
     * @param weightDecay the factor of the L2 penalty; 0
     * @param initialAccumulatorValue what the sum of squares begins at; 0
     * @param eps added to the root; 1e-10
     * @param maximize whether to climb; false
     */
    public record Options(
            double lr, double lrDecay, double weightDecay, double initialAccumulatorValue, double eps, boolean maximize)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-2, 0, 0, 0, 1e-10, false);
        }

        @Override
        public Options withLr(double value) {
            return new Options(value, lrDecay, weightDecay, initialAccumulatorValue, eps, maximize);
        }

        /**
         * These with another decay of the learning rate.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withLrDecay(double value) {
            return new Options(lr, value, weightDecay, initialAccumulatorValue, eps, maximize);
        }

        /**
         * These with another weight decay.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withWeightDecay(double value) {
            return new Options(lr, lrDecay, value, initialAccumulatorValue, eps, maximize);
        }

        /**
         * These with another beginning of the sum of squares.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withInitialAccumulatorValue(double value) {
            return new Options(lr, lrDecay, weightDecay, value, eps, maximize);
        }

        /**
         * These with another addition to the root.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(lr, lrDecay, weightDecay, initialAccumulatorValue, value, maximize);
        }

        /**
         * These with a step up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, lrDecay, weightDecay, initialAccumulatorValue, eps, value);
        }

        @Override
        public Map<String, Object> toMap() {
            return OptionMap.of(
                    "lr",
                    lr,
                    "lr_decay",
                    lrDecay,
                    "weight_decay",
                    weightDecay,
                    "initial_accumulator_value",
                    initialAccumulatorValue,
                    "eps",
                    eps,
                    "maximize",
                    maximize);
        }

        @Override
        public Options withState(StateDict values) {
            return new Options(
                    values.getDouble("lr"),
                    values.getDouble("lr_decay"),
                    values.getDouble("weight_decay"),
                    values.getDouble("initial_accumulator_value"),
                    values.getDouble("eps"),
                    values.getBoolean("maximize"));
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param params floating-point leaves, each once
     * @throws IllegalArgumentException as {@link #Adagrad(Collection, Options)}
     */
    public Adagrad(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params floating-point leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #Adagrad(Collection, Options)}
     */
    public Adagrad(Collection<Tensor> params, double lr) {
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
    public Adagrad(Collection<Tensor> params, Options options) {
        super("adagrad", params, options);
    }

    @Override
    void check(Options options) {
        requireNotNegative("lr", options.lr);
        requireNotNegative("lrDecay", options.lrDecay);
        requireNotNegative("weightDecay", options.weightDecay);
        requireNotNegative("initialAccumulatorValue", options.initialAccumulatorValue);
        requireNotNegative("eps", options.eps);
    }

    @Override
    Sparse sparse(Options options) {
        return options.weightDecay == 0 ? Sparse.ROWS : Sparse.REFUSED;
    }

    @Override
    String[] buffers(Options options) {
        return BUFFERS;
    }

    @Override
    UpdateRule rule(Options o, State state) {
        return new UpdateRule.Adagrad(o.lr, o.lrDecay, o.eps, o.weightDecay, o.maximize, state.steps + 1);
    }

    @Override
    double initial(Options options, String buffer) {
        return options.initialAccumulatorValue;
    }
}

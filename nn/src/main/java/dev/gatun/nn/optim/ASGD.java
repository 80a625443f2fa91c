package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.Collection;
import java.util.Map;

/**
 * Averaged stochastic gradient descent; {@code torch.optim.ASGD}. For a parameter p with gradient g at its step t:
 *
 * <pre>
 * g = -g                              where maximize
 * g = g + weightDecay p
 * p = (1 - lambd eta) p - eta g       eta: lr at first
 * a = a + mu (p - a)                  mu: 1 at first
 * eta = lr / (1 + lambd lr t)^alpha
 * mu = 1 / max(1, t - t0)
 * </pre>
 *
 * <p>The average a is under {@code ax} in {@link #stateDict()}. eta and mu are kept in F32, as in PyTorch.
 *
 * {@snippet :
 * var optimizer = new ASGD(model.parameters(), 0.01);
 * optimizer.zeroGrad();
 * criterion.forward(model.forward(x), target).backward();
 * optimizer.step();
 * }
 *
 * @see <a href="https://doi.org/10.1137/0330046">Polyak, Juditsky 1992</a>
 */
public final class ASGD extends GroupedOptimizer<ASGD.Options> {
    private static final String[] BUFFERS = {"ax"};
    private static final String[] NUMBERS = {"eta", "mu"};

    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1e-2
     * @param lambd how fast the parameter decays; 1e-4
     * @param alpha the power of the falling step; 0.75
     * @param t0 the step at which averaging begins; 1e6
     * @param weightDecay the factor of the L2 penalty; 0
     * @param maximize whether to climb; false
     */
    public record Options(double lr, double lambd, double alpha, double t0, double weightDecay, boolean maximize)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-2, 1e-4, 0.75, 1e6, 0, false);
        }

        @Override
        public Options withLr(double value) {
            return new Options(value, lambd, alpha, t0, weightDecay, maximize);
        }

        /**
         * These with another decay of the parameter.
         *
         * @param value any number
         * @return new options
         */
        public Options withLambd(double value) {
            return new Options(lr, value, alpha, t0, weightDecay, maximize);
        }

        /**
         * These with another power of the falling step.
         *
         * @param value any number
         * @return new options
         */
        public Options withAlpha(double value) {
            return new Options(lr, lambd, value, t0, weightDecay, maximize);
        }

        /**
         * These with another beginning of averaging.
         *
         * @param value a step
         * @return new options
         */
        public Options withT0(double value) {
            return new Options(lr, lambd, alpha, value, weightDecay, maximize);
        }

        /**
         * These with another weight decay.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withWeightDecay(double value) {
            return new Options(lr, lambd, alpha, t0, value, maximize);
        }

        /**
         * These with a step up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, lambd, alpha, t0, weightDecay, value);
        }

        @Override
        public Map<String, Object> toMap() {
            return OptionMap.of(
                    "lr",
                    lr,
                    "lambd",
                    lambd,
                    "alpha",
                    alpha,
                    "t0",
                    t0,
                    "weight_decay",
                    weightDecay,
                    "maximize",
                    maximize);
        }

        @Override
        public Options withState(StateDict values) {
            return new Options(
                    values.getDouble("lr"),
                    values.getDouble("lambd"),
                    values.getDouble("alpha"),
                    values.getDouble("t0"),
                    values.getDouble("weight_decay"),
                    values.getBoolean("maximize"));
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param params floating-point leaves, each once
     * @throws IllegalArgumentException as {@link #ASGD(Collection, Options)}
     */
    public ASGD(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params floating-point leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #ASGD(Collection, Options)}
     */
    public ASGD(Collection<Tensor> params, double lr) {
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
    public ASGD(Collection<Tensor> params, Options options) {
        super("asgd", params, options);
    }

    @Override
    void check(Options options) {
        requireNotNegative("lr", options.lr);
        requireNotNegative("weightDecay", options.weightDecay);
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
        return number == 0 ? (float) options.lr : 1;
    }

    @Override
    UpdateRule rule(Options o, State state) {
        return new UpdateRule.Asgd(o.lambd, state.numbers[0], state.numbers[1], o.weightDecay, o.maximize);
    }

    @Override
    void advance(Options o, State state) {
        long step = state.steps + 1;
        state.numbers[0] = (float) (o.lr / Math.pow(1 + o.lambd * o.lr * step, o.alpha));
        state.numbers[1] = (float) (1 / Math.max(1, step - o.t0));
    }
}

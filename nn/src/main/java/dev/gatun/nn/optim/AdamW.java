package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Adam with decoupled weight decay; {@code torch.optim.AdamW}. The decay shrinks the parameter itself, does not enter
 * the moments, and comes before the step of {@link Adam}:
 *
 * <pre>
 * p = p - lr weightDecay p
 * </pre>
 *
 * {@snippet :
 * var optimizer = new AdamW(model.parameters(), AdamW.Options.defaults().withLr(1e-3).withWeightDecay(0.05));
 * optimizer.zeroGrad();
 * criterion.forward(model.forward(x), target).backward();
 * optimizer.step();
 * }
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov, Hutter 2019</a>, algorithm 2
 */
public final class AdamW extends GroupedOptimizer<AdamW.Options> {
    private static final String[] BUFFERS = {"exp_avg", "exp_avg_sq"};
    private static final String[] AMSGRAD = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"};

    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1e-3
     * @param beta1 how much of the first moment is kept; 0.9
     * @param beta2 how much of the second moment is kept; 0.999
     * @param eps added to the root; 1e-8
     * @param weightDecay the share that the learning rate takes of the parameter; 1e-2
     * @param amsgrad whether to divide by the largest second moment so far; false
     * @param maximize whether to climb; false
     */
    public record Options(
            double lr, double beta1, double beta2, double eps, double weightDecay, boolean amsgrad, boolean maximize)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-3, 0.9, 0.999, 1e-8, 1e-2, false, false);
        }

        @Override
        public Options withLr(double value) {
            return new Options(value, beta1, beta2, eps, weightDecay, amsgrad, maximize);
        }

        /**
         * These with other shares of the moments that are kept.
         *
         * @param first from 0 up to, not including, 1
         * @param second from 0 up to, not including, 1
         * @return new options
         */
        public Options withBetas(double first, double second) {
            return new Options(lr, first, second, eps, weightDecay, amsgrad, maximize);
        }

        /**
         * These with another addition to the root.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(lr, beta1, beta2, value, weightDecay, amsgrad, maximize);
        }

        /**
         * These with another weight decay.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withWeightDecay(double value) {
            return new Options(lr, beta1, beta2, eps, value, amsgrad, maximize);
        }

        /**
         * These with the largest second moment so far, or the present one.
         *
         * @param value whether to use the largest
         * @return new options
         */
        public Options withAmsgrad(boolean value) {
            return new Options(lr, beta1, beta2, eps, weightDecay, value, maximize);
        }

        /**
         * These with a step up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, beta1, beta2, eps, weightDecay, amsgrad, value);
        }

        @Override
        public OptionalDouble cycledMomentum() {
            return OptionalDouble.of(beta1);
        }

        @Override
        public Options withCycledMomentum(double value) {
            return new Options(lr, value, beta2, eps, weightDecay, amsgrad, maximize);
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
                    "amsgrad",
                    amsgrad,
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
                    values.getBoolean("amsgrad"),
                    values.getBoolean("maximize"));
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param params floating-point leaves, each once
     * @throws IllegalArgumentException as {@link #AdamW(Collection, Options)}
     */
    public AdamW(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params floating-point leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #AdamW(Collection, Options)}
     */
    public AdamW(Collection<Tensor> params, double lr) {
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
    public AdamW(Collection<Tensor> params, Options options) {
        super("adamw", params, options);
    }

    @Override
    void check(Options options) {
        requireMoments(options.lr, options.beta1, options.beta2, options.eps, options.weightDecay);
    }

    @Override
    String[] buffers(Options options) {
        return options.amsgrad ? AMSGRAD : BUFFERS;
    }

    @Override
    UpdateRule rule(Options o, State state) {
        return new UpdateRule.Adam(
                o.lr, o.beta1, o.beta2, o.eps, o.weightDecay, true, o.amsgrad, o.maximize, state.steps + 1);
    }
}

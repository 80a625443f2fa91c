package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.Kernels;
import java.util.Collection;
import java.util.List;

/**
 * Adam; {@code torch.optim.Adam}. For a parameter p with gradient g at its step t:
 *
 * <pre>
 * g = -g                              where maximize
 * g = g + weightDecay p
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * p = p - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma, Ba 2015</a>, algorithm 1
 */
public sealed class Adam extends GroupedOptimizer permits AdamW {
    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1e-3
     * @param beta1 how much of the first moment is kept; 0.9
     * @param beta2 how much of the second moment is kept; 0.999
     * @param eps added to the root; 1e-8
     * @param weightDecay the factor of the L2 penalty; 0
     * @param maximize whether to climb; false
     */
    public record Options(double lr, double beta1, double beta2, double eps, double weightDecay, boolean maximize) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-3, 0.9, 0.999, 1e-8, 0, false);
        }

        /**
         * These with another learning rate.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withLr(double value) {
            return new Options(value, beta1, beta2, eps, weightDecay, maximize);
        }

        /**
         * These with other shares of the moments that are kept.
         *
         * @param first from 0 up to, not including, 1
         * @param second from 0 up to, not including, 1
         * @return new options
         */
        public Options withBetas(double first, double second) {
            return new Options(lr, first, second, eps, weightDecay, maximize);
        }

        /**
         * These with another addition to the root.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(lr, beta1, beta2, value, weightDecay, maximize);
        }

        /**
         * These with another weight decay.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withWeightDecay(double value) {
            return new Options(lr, beta1, beta2, eps, value, maximize);
        }

        /**
         * These for going up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, beta1, beta2, eps, weightDecay, value);
        }
    }

    private Options options;
    private final boolean decoupled;

    /**
     * With PyTorch's defaults.
     *
     * @param params leaves, each once
     * @throws IllegalArgumentException as {@link #Adam(Collection, Options)}
     */
    public Adam(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #Adam(Collection, Options)}
     */
    public Adam(Collection<Tensor> params, double lr) {
        this(params, Options.defaults().withLr(lr));
    }

    /**
     * The optimizer.
     *
     * @param params leaves, each once
     * @param options of each step
     * @throws IllegalArgumentException if there is no parameter, one is no leaf or given twice, or an option is out of
     *     range
     */
    public Adam(Collection<Tensor> params, Options options) {
        this("adam", params, options, false);
    }

    Adam(String name, Collection<Tensor> params, Options options, boolean decoupled) {
        super(name, params, options.lr);
        this.options = checked(options);
        this.decoupled = decoupled;
    }

    private Options checked(Options wanted) {
        requireFraction("beta1", wanted.beta1);
        requireFraction("beta2", wanted.beta2);
        requireNotNegative("eps", wanted.eps);
        requireNotNegative("weightDecay", wanted.weightDecay);
        return wanted;
    }

    @Override
    protected final void saveOptions(StateDict group) {
        group.put("betas", new double[] {options.beta1, options.beta2})
                .put("eps", options.eps)
                .put("weight_decay", options.weightDecay)
                .put("maximize", options.maximize);
    }

    @Override
    protected final Runnable prepareOptions(StateDict group) {
        double[] betas = group.getDoubles("betas");
        if (betas.length != 2) {
            throw new IllegalArgumentException("betas are not two: " + group.getString("betas"));
        }
        Options loaded = checked(new Options(
                group.getDouble("lr"),
                betas[0],
                betas[1],
                group.getDouble("eps"),
                group.getDouble("weight_decay"),
                group.getBoolean("maximize")));
        return () -> options = loaded;
    }

    @Override
    final List<String> tensorNames() {
        return List.of("exp_avg", "exp_avg_sq");
    }

    @Override
    final boolean mayLackTensors() {
        return false;
    }

    @Override
    final long stage(State state) {
        return state.steps + 1;
    }

    @Override
    final void prepare(State state) {
        if (state.second == null) {
            state.first = state.newZeros();
            state.second = state.newZeros();
        }
    }

    @Override
    final void update(Group group) {
        var args = new Kernels.Update.Adam(
                lr(),
                options.beta1,
                options.beta2,
                options.eps,
                options.weightDecay,
                decoupled,
                options.maximize,
                group.stage());
        group.kernels().adam(args, group.params, group.grads, group.first, group.second);
    }
}

package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.Kernels;
import java.util.Collection;
import java.util.List;

/**
 * Stochastic gradient descent with momentum; {@code torch.optim.SGD}. For a parameter p with gradient g:
 *
 * <pre>
 * g = -g                          where maximize
 * g = g + weightDecay p
 * b = g                           the first time, then b = momentum b + (1 - dampening) g
 * g = g + momentum b              where nesterov, else g = b (momentum 0: g stays)
 * p = p - lr g
 * </pre>
 *
 * @see <a href="https://proceedings.mlr.press/v28/sutskever13.html">Sutskever et al. 2013</a>, on momentum
 */
public final class SGD extends GroupedOptimizer {
    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1e-3
     * @param momentum the share of the last direction that is kept; 0
     * @param dampening what the gradient's share in the direction lacks; 0
     * @param weightDecay the factor of the L2 penalty; 0
     * @param nesterov whether to look ahead; false
     * @param maximize whether to climb; false
     */
    public record Options(
            double lr, double momentum, double dampening, double weightDecay, boolean nesterov, boolean maximize) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-3, 0, 0, 0, false, false);
        }

        /**
         * These with another learning rate.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withLr(double value) {
            return new Options(value, momentum, dampening, weightDecay, nesterov, maximize);
        }

        /**
         * These with another momentum.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withMomentum(double value) {
            return new Options(lr, value, dampening, weightDecay, nesterov, maximize);
        }

        /**
         * These with another dampening.
         *
         * @param value what the gradient's share lacks
         * @return new options
         */
        public Options withDampening(double value) {
            return new Options(lr, momentum, value, weightDecay, nesterov, maximize);
        }

        /**
         * These with another weight decay.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withWeightDecay(double value) {
            return new Options(lr, momentum, dampening, value, nesterov, maximize);
        }

        /**
         * These with or without Nesterov's momentum.
         *
         * @param value whether to look ahead; needs a momentum and no dampening
         * @return new options
         */
        public Options withNesterov(boolean value) {
            return new Options(lr, momentum, dampening, weightDecay, value, maximize);
        }

        /**
         * These for going up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, momentum, dampening, weightDecay, nesterov, value);
        }
    }

    private Options options;

    /**
     * Plain descent.
     *
     * @param params leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #SGD(Collection, Options)}
     */
    public SGD(Collection<Tensor> params, double lr) {
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
    public SGD(Collection<Tensor> params, Options options) {
        super("sgd", params, options.lr);
        this.options = checked(options);
    }

    private Options checked(Options wanted) {
        requireNotNegative("momentum", wanted.momentum);
        requireNotNegative("weightDecay", wanted.weightDecay);
        if (wanted.nesterov && (wanted.momentum == 0 || wanted.dampening != 0)) {
            throw new IllegalArgumentException("sgd: nesterov needs a momentum and no dampening: momentum "
                    + wanted.momentum + ", dampening " + wanted.dampening);
        }
        return wanted;
    }

    @Override
    protected void saveOptions(StateDict group) {
        group.put("momentum", options.momentum)
                .put("dampening", options.dampening)
                .put("weight_decay", options.weightDecay)
                .put("nesterov", options.nesterov)
                .put("maximize", options.maximize);
    }

    @Override
    protected Runnable prepareOptions(StateDict group) {
        Options loaded = checked(new Options(
                group.getDouble("lr"),
                group.getDouble("momentum"),
                group.getDouble("dampening"),
                group.getDouble("weight_decay"),
                group.getBoolean("nesterov"),
                group.getBoolean("maximize")));
        return () -> options = loaded;
    }

    @Override
    List<String> tensorNames() {
        return List.of("momentum_buffer");
    }

    @Override
    boolean mayLackTensors() {
        return true;
    }

    @Override
    long stage(State state) {
        return options.momentum != 0 && state.first == null ? 0 : 1;
    }

    @Override
    void prepare(State state) {
        if (options.momentum != 0 && state.first == null) {
            state.first = state.newZeros();
        }
    }

    @Override
    void update(Group group) {
        var args = new Kernels.Update.Sgd(
                lr(),
                options.momentum,
                options.dampening,
                options.weightDecay,
                options.nesterov,
                options.maximize,
                group.stage() == 0);
        group.kernels().sgd(args, group.params, group.grads, group.first);
    }
}

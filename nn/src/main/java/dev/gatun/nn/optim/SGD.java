package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;

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
 * <p>Sparse gradients are taken where there is no weight decay.
 *
 * {@snippet :
 * var optimizer = new SGD(model.parameters(), SGD.Options.defaults().withLr(0.1).withMomentum(0.9));
 * optimizer.zeroGrad();
 * criterion.forward(model.forward(x), target).backward();
 * optimizer.step();
 * }
 *
 * @see <a href="https://proceedings.mlr.press/v28/sutskever13.html">Sutskever et al. 2013</a>, on momentum
 */
public final class SGD extends GroupedOptimizer<SGD.Options> {
    private static final String[] BUFFERS = {"momentum_buffer"};

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
            double lr, double momentum, double dampening, double weightDecay, boolean nesterov, boolean maximize)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-3, 0, 0, 0, false, false);
        }

        @Override
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
         * These with a step up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, momentum, dampening, weightDecay, nesterov, value);
        }

        @Override
        public OptionalDouble cycledMomentum() {
            return OptionalDouble.of(momentum);
        }

        @Override
        public Options withCycledMomentum(double value) {
            return new Options(lr, value, dampening, weightDecay, nesterov, maximize);
        }

        @Override
        public Map<String, Object> toMap() {
            return OptionMap.of(
                    "lr",
                    lr,
                    "momentum",
                    momentum,
                    "dampening",
                    dampening,
                    "weight_decay",
                    weightDecay,
                    "nesterov",
                    nesterov,
                    "maximize",
                    maximize);
        }

        @Override
        public Options withState(StateDict values) {
            return new Options(
                    values.getDouble("lr"),
                    values.getDouble("momentum"),
                    values.getDouble("dampening"),
                    values.getDouble("weight_decay"),
                    values.getBoolean("nesterov"),
                    values.getBoolean("maximize"));
        }
    }

    /**
     * Plain descent.
     *
     * @param params floating-point leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #SGD(Collection, Options)}
     */
    public SGD(Collection<Tensor> params, double lr) {
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
    public SGD(Collection<Tensor> params, Options options) {
        super("sgd", params, options);
    }

    @Override
    void check(Options options) {
        requireNotNegative("lr", options.lr);
        requireNotNegative("momentum", options.momentum);
        requireNotNegative("weightDecay", options.weightDecay);
        require(
                !options.nesterov || (options.momentum > 0 && options.dampening == 0),
                "nesterov needs a momentum and no dampening",
                "momentum " + options.momentum + ", dampening " + options.dampening);
    }

    @Override
    String[] buffers(Options options) {
        return options.momentum == 0 ? NONE : BUFFERS;
    }

    @Override
    Sparse sparse(Options options) {
        if (options.weightDecay != 0) {
            return Sparse.REFUSED;
        }
        return options.momentum == 0 ? Sparse.ROWS : Sparse.ZEROS; // a momentum goes on where no gradient is
    }

    @Override
    boolean mayLackBuffers() {
        return true;
    }

    @Override
    UpdateRule rule(Options o, State state) {
        return new UpdateRule.Sgd(o.lr, o.momentum, o.dampening, o.weightDecay, o.nesterov, o.maximize, state.fresh);
    }
}

package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.Collection;
import java.util.Map;

/**
 * Adadelta; {@code torch.optim.Adadelta}. For a parameter p with gradient g:
 *
 * <pre>
 * g = -g                              where maximize
 * g = g + weightDecay p
 * v = rho v + (1 - rho) g^2
 * d = sqrt(u + eps) / sqrt(v + eps) g
 * u = rho u + (1 - rho) d^2
 * p = p - lr d
 * </pre>
 *
 * {@snippet :
 * var optimizer = new Adadelta(model.parameters());
 * optimizer.zeroGrad();
 * criterion.forward(model.forward(x), target).backward();
 * optimizer.step();
 * }
 *
 * @see <a href="https://arxiv.org/abs/1212.5701">Zeiler 2012</a>
 */
public final class Adadelta extends GroupedOptimizer<Adadelta.Options> {
    private static final String[] BUFFERS = {"square_avg", "acc_delta"};

    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1
     * @param rho how much of the averages is kept; 0.9
     * @param eps added under the roots; 1e-6
     * @param weightDecay the factor of the L2 penalty; 0
     * @param maximize whether to climb; false
     */
    public record Options(double lr, double rho, double eps, double weightDecay, boolean maximize)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1, 0.9, 1e-6, 0, false);
        }

        @Override
        public Options withLr(double value) {
            return new Options(value, rho, eps, weightDecay, maximize);
        }

        /**
         * These with another share of the averages that is kept.
         *
         * @param value from 0 to 1
         * @return new options
         */
        public Options withRho(double value) {
            return new Options(lr, value, eps, weightDecay, maximize);
        }

        /**
         * These with another addition to the root.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(lr, rho, value, weightDecay, maximize);
        }

        /**
         * These with another weight decay.
         *
         * @param value at least 0
         * @return new options
         */
        public Options withWeightDecay(double value) {
            return new Options(lr, rho, eps, value, maximize);
        }

        /**
         * These with a step up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, rho, eps, weightDecay, value);
        }

        @Override
        public Map<String, Object> toMap() {
            return OptionMap.of("lr", lr, "rho", rho, "eps", eps, "weight_decay", weightDecay, "maximize", maximize);
        }

        @Override
        public Options withState(StateDict values) {
            return new Options(
                    values.getDouble("lr"),
                    values.getDouble("rho"),
                    values.getDouble("eps"),
                    values.getDouble("weight_decay"),
                    values.getBoolean("maximize"));
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param params floating-point leaves, each once
     * @throws IllegalArgumentException as {@link #Adadelta(Collection, Options)}
     */
    public Adadelta(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params floating-point leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #Adadelta(Collection, Options)}
     */
    public Adadelta(Collection<Tensor> params, double lr) {
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
    public Adadelta(Collection<Tensor> params, Options options) {
        super("adadelta", params, options);
    }

    @Override
    void check(Options options) {
        requireNotNegative("lr", options.lr);
        require(options.rho >= 0 && options.rho <= 1, "rho is outside 0..1", options.rho);
        requireNotNegative("eps", options.eps);
        requireNotNegative("weightDecay", options.weightDecay);
    }

    @Override
    String[] buffers(Options options) {
        return BUFFERS;
    }

    @Override
    UpdateRule rule(Options o, State state) {
        return new UpdateRule.Adadelta(o.lr, o.rho, o.eps, o.weightDecay, o.maximize);
    }
}

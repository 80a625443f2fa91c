package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Resilient propagation, for gradients of all data at once; {@code torch.optim.Rprop}. For a parameter p with gradient
 * g, last gradient q and step s, at first lr:
 *
 * <pre>
 * g = -g                              where maximize
 * s = etaPlus s                       where g q &gt; 0
 * s = etaMinus s, g = 0               where g q &lt; 0
 * s = s within stepMin..stepMax
 * p = p - sign(g) s
 * q = g
 * </pre>
 *
 * {@snippet :
 * var optimizer = new Rprop(model.parameters(), 0.01);
 * optimizer.zeroGrad();
 * criterion.forward(model.forward(x), target).backward();
 * optimizer.step();
 * }
 *
 * @see <a href="https://doi.org/10.1109/ICNN.1993.298623">Riedmiller, Braun 1993</a>
 */
public final class Rprop extends GroupedOptimizer<Rprop.Options> {
    private static final String STEP_SIZE = "step_size";
    private static final String[] BUFFERS = {"prev", STEP_SIZE};

    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1e-2
     * @param etaMinus the factor of a step after a change of sign; 0.5
     * @param etaPlus the factor of a step after none; 1.2
     * @param stepMin the smallest step; 1e-6
     * @param stepMax the largest step; 50
     * @param maximize whether to climb; false
     */
    public record Options(double lr, double etaMinus, double etaPlus, double stepMin, double stepMax, boolean maximize)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-2, 0.5, 1.2, 1e-6, 50, false);
        }

        @Override
        public Options withLr(double value) {
            return new Options(value, etaMinus, etaPlus, stepMin, stepMax, maximize);
        }

        /**
         * These with other factors of the steps.
         *
         * @param minus from 0 to 1, without both
         * @param plus above 1
         * @return new options
         */
        public Options withEtas(double minus, double plus) {
            return new Options(lr, minus, plus, stepMin, stepMax, maximize);
        }

        /**
         * These with other bounds of the steps.
         *
         * @param smallest of all steps
         * @param largest of all steps
         * @return new options
         */
        public Options withStepSizes(double smallest, double largest) {
            return new Options(lr, etaMinus, etaPlus, smallest, largest, maximize);
        }

        /**
         * These with a step up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, etaMinus, etaPlus, stepMin, stepMax, value);
        }

        @Override
        public Map<String, Object> toMap() {
            return OptionMap.of(
                    "lr",
                    lr,
                    "etas",
                    List.of(etaMinus, etaPlus),
                    "step_sizes",
                    List.of(stepMin, stepMax),
                    "maximize",
                    maximize);
        }

        @Override
        public Options withState(StateDict values) {
            return new Options(
                    values.getDouble("lr"),
                    OptionMap.part(values, "etas", 0),
                    OptionMap.part(values, "etas", 1),
                    OptionMap.part(values, "step_sizes", 0),
                    OptionMap.part(values, "step_sizes", 1),
                    values.getBoolean("maximize"));
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param params floating-point leaves, each once
     * @throws IllegalArgumentException as {@link #Rprop(Collection, Options)}
     */
    public Rprop(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params floating-point leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #Rprop(Collection, Options)}
     */
    public Rprop(Collection<Tensor> params, double lr) {
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
    public Rprop(Collection<Tensor> params, Options options) {
        super("rprop", params, options);
    }

    @Override
    void check(Options options) {
        requireNotNegative("lr", options.lr);
        require(
                options.etaMinus > 0 && options.etaMinus < 1 && options.etaPlus > 1,
                "etas are not below and above 1",
                options.etaMinus + ", " + options.etaPlus);
        require(
                options.stepMin <= options.stepMax,
                "step sizes are not in order",
                options.stepMin + ", " + options.stepMax);
    }

    @Override
    String[] buffers(Options options) {
        return BUFFERS;
    }

    @Override
    UpdateRule rule(Options o, State state) {
        return new UpdateRule.Rprop(o.etaMinus, o.etaPlus, o.stepMin, o.stepMax, o.maximize);
    }

    @Override
    double initial(Options options, String buffer) {
        return buffer.equals(STEP_SIZE) ? options.lr : 0;
    }
}

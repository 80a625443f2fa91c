package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.StateDict;
import dev.gatun.runtime.kernels.UpdateRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Adam for sparse gradients; {@code torch.optim.SparseAdam}. A step changes the rows that are in the gradient, and the
 * moments of these; the others do not fade. For such a row p with gradient g at the parameter's step t:
 *
 * <pre>
 * g = -g                              where maximize
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * p = p - lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps)
 * </pre>
 *
 * {@snippet :
 * var table = new Embedding(1000, 16, Embedding.Options.defaults().withSparse(true));
 * var optimizer = new SparseAdam(table.parameters(), 1e-3);
 * table.forward(Tensor.of(3L, 1L)).sum().backward();
 * optimizer.step(); // changes rows 1 and 3
 * }
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma, Ba 2015</a>, end of section 2
 */
public final class SparseAdam extends GroupedOptimizer<SparseAdam.Options> {
    private static final String[] BUFFERS = {"exp_avg", "exp_avg_sq"};

    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1e-3
     * @param beta1 how much of the first moment is kept; 0.9
     * @param beta2 how much of the second moment is kept; 0.999
     * @param eps added to the root; 1e-8
     * @param maximize whether to climb; false
     */
    public record Options(double lr, double beta1, double beta2, double eps, boolean maximize)
            implements GroupOptions<Options> {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-3, 0.9, 0.999, 1e-8, false);
        }

        @Override
        public Options withLr(double value) {
            return new Options(value, beta1, beta2, eps, maximize);
        }

        /**
         * These with other shares of the moments that are kept.
         *
         * @param first from 0 up to, not including, 1
         * @param second from 0 up to, not including, 1
         * @return new options
         */
        public Options withBetas(double first, double second) {
            return new Options(lr, first, second, eps, maximize);
        }

        /**
         * These with another addition to the root.
         *
         * @param value above 0
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(lr, beta1, beta2, value, maximize);
        }

        /**
         * These with a step up or down.
         *
         * @param value whether to climb
         * @return new options
         */
        public Options withMaximize(boolean value) {
            return new Options(lr, beta1, beta2, eps, value);
        }

        @Override
        public OptionalDouble cycledMomentum() {
            return OptionalDouble.of(beta1);
        }

        @Override
        public Options withCycledMomentum(double value) {
            return new Options(lr, value, beta2, eps, maximize);
        }

        @Override
        public Map<String, Object> toMap() {
            return OptionMap.of("lr", lr, "betas", List.of(beta1, beta2), "eps", eps, "maximize", maximize);
        }

        @Override
        public Options withState(StateDict values) {
            return new Options(
                    values.getDouble("lr"),
                    OptionMap.part(values, "betas", 0),
                    OptionMap.part(values, "betas", 1),
                    values.getDouble("eps"),
                    values.getBoolean("maximize"));
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param params floating-point leaves, each once
     * @throws IllegalArgumentException as {@link #SparseAdam(Collection, Options)}
     */
    public SparseAdam(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params floating-point leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #SparseAdam(Collection, Options)}
     */
    public SparseAdam(Collection<Tensor> params, double lr) {
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
    public SparseAdam(Collection<Tensor> params, Options options) {
        super("sparseAdam", params, options);
    }

    @Override
    void check(Options options) {
        requireMoments(options.lr, options.beta1, options.beta2, options.eps, 0);
        require(options.eps > 0, "eps is not positive", options.eps);
    }

    @Override
    Sparse sparse(Options options) {
        return Sparse.ROWS;
    }

    @Override
    boolean takesDense() {
        return false;
    }

    @Override
    String[] buffers(Options options) {
        return BUFFERS;
    }

    @Override
    UpdateRule rule(Options o, State state) {
        long step = state.steps + 1;
        double eps = o.eps / Math.sqrt(1 - Math.pow(o.beta2, (double) step)); // Adam's is added after v is scaled
        return new UpdateRule.Adam(o.lr, o.beta1, o.beta2, eps, 0, false, false, o.maximize, step);
    }
}

package dev.gatun.nn.optim;

import dev.gatun.autograd.Tensor;
import java.util.Collection;

/**
 * Adam with decoupled weight decay; {@code torch.optim.AdamW}. The decay shrinks the parameter itself, does not enter
 * the moments, and comes before the step of {@link Adam}:
 *
 * <pre>
 * p = p - lr weightDecay p
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov, Hutter 2019</a>, algorithm 2
 */
public final class AdamW extends Adam {
    /**
     * What a step uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param lr the learning rate; 1e-3
     * @param beta1 how much of the first moment is kept; 0.9
     * @param beta2 how much of the second moment is kept; 0.999
     * @param eps added to the root; 1e-8
     * @param weightDecay the share that the learning rate takes of the parameter; 1e-2
     * @param maximize whether to climb; false
     */
    public record Options(double lr, double beta1, double beta2, double eps, double weightDecay, boolean maximize) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1e-3, 0.9, 0.999, 1e-8, 1e-2, false);
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

        private Adam.Options asAdams() {
            return new Adam.Options(lr, beta1, beta2, eps, weightDecay, maximize);
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param params leaves, each once
     * @throws IllegalArgumentException as {@link #AdamW(Collection, Options)}
     */
    public AdamW(Collection<Tensor> params) {
        this(params, Options.defaults());
    }

    /**
     * With PyTorch's defaults but the learning rate.
     *
     * @param params leaves, each once
     * @param lr the learning rate
     * @throws IllegalArgumentException as {@link #AdamW(Collection, Options)}
     */
    public AdamW(Collection<Tensor> params, double lr) {
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
    public AdamW(Collection<Tensor> params, Options options) {
        super("adamw", params, options.asAdams(), true);
    }
}

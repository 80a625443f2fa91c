package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.runtime.Reduction;

/**
 * The negative log likelihood of counts under Poisson distributions: e^input - target input; {@code
 * torch.nn.PoissonNLLLoss}.
 *
 * {@snippet :
 * System.out.println(new PoissonNLLLoss().forward(Tensor.of(0.0), Tensor.of(2.0)).item()); // 1.0
 * }
 */
public final class PoissonNLLLoss extends Criterion {
    /**
     * What the loss uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param logInput whether the input is a logarithm; true
     * @param full whether to add Stirling's approximation; false
     * @param reduction how the losses are joined; the mean
     * @param eps added to an input that is no logarithm; 1e-8
     */
    public record Options(boolean logInput, boolean full, Reduction reduction, double eps) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(true, false, Reduction.MEAN, 1e-8);
        }

        /**
         * These with or without a logarithmic input.
         *
         * @param value whether the input is a logarithm
         * @return new options
         */
        public Options withLogInput(boolean value) {
            return new Options(value, full, reduction, eps);
        }

        /**
         * These with or without Stirling's approximation.
         *
         * @param value whether to add it
         * @return new options
         */
        public Options withFull(boolean value) {
            return new Options(logInput, value, reduction, eps);
        }

        /**
         * These with another reduction.
         *
         * @param value how the losses are joined
         * @return new options
         */
        public Options withReduction(Reduction value) {
            return new Options(logInput, full, value, eps);
        }

        /**
         * These with another addition to the input.
         *
         * @param value above 0
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(logInput, full, reduction, value);
        }
    }

    private final Options options;

    /** The loss with PyTorch's defaults. */
    public PoissonNLLLoss() {
        this(Options.defaults());
    }

    /**
     * The loss with PyTorch's defaults but the reduction.
     *
     * @param reduction how the losses of elements are joined
     */
    public PoissonNLLLoss(Reduction reduction) {
        this(Options.defaults().withReduction(reduction));
    }

    /**
     * The loss.
     *
     * @param options all of them
     */
    public PoissonNLLLoss(Options options) {
        super(options.reduction);
        this.options = options;
    }

    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return Loss.poissonNll(input, target, options.logInput, options.full, options.eps, reduction());
    }
}

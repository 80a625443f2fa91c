package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.EmbeddingLoss;
import dev.gatun.runtime.Reduction;

/**
 * max(0, distance(anchor, positive) - distance(anchor, negative) + margin); {@code torch.nn.TripletMarginLoss}.
 *
 * {@snippet :
 * Tensor anchor = Tensor.rand(8, 16);
 * Tensor loss = new TripletMarginLoss().forward(anchor, anchor.add(0.1), Tensor.rand(8, 16));
 * }
 *
 * @see <a href="https://doi.org/10.5244/C.30.119">Balntas et al. 2016</a>, on the swap
 */
public final class TripletMarginLoss extends TripleCriterion {
    /**
     * What the loss uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param margin how much farther the negative is to be; 1
     * @param p the norm of the distances; 2
     * @param eps added to each difference; 1e-6
     * @param swap whether the distance of positive and negative counts where it is smaller; false
     * @param reduction how the losses are joined; the mean
     */
    public record Options(double margin, double p, double eps, boolean swap, Reduction reduction) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1, 2, 1e-6, false, Reduction.MEAN);
        }

        /**
         * These with another margin.
         *
         * @param value how much farther the negative is to be
         * @return new options
         */
        public Options withMargin(double value) {
            return new Options(value, p, eps, swap, reduction);
        }

        /**
         * These with another norm.
         *
         * @param value above 0, up to infinity
         * @return new options
         */
        public Options withP(double value) {
            return new Options(margin, value, eps, swap, reduction);
        }

        /**
         * These with another addition to the differences.
         *
         * @param value a small number
         * @return new options
         */
        public Options withEps(double value) {
            return new Options(margin, p, value, swap, reduction);
        }

        /**
         * These with or without the swap.
         *
         * @param value whether the smaller distance counts
         * @return new options
         */
        public Options withSwap(boolean value) {
            return new Options(margin, p, eps, value, reduction);
        }

        /**
         * These with another reduction.
         *
         * @param value how the losses are joined
         * @return new options
         */
        public Options withReduction(Reduction value) {
            return new Options(margin, p, eps, swap, value);
        }
    }

    private final Options options;

    /** The loss with PyTorch's defaults. */
    public TripletMarginLoss() {
        this(Options.defaults());
    }

    /**
     * The loss with PyTorch's defaults but the reduction.
     *
     * @param reduction how the losses of rows are joined
     */
    public TripletMarginLoss(Reduction reduction) {
        this(Options.defaults().withReduction(reduction));
    }

    /**
     * The loss.
     *
     * @param options all of them
     * @throws IllegalArgumentException if p is not above 0
     */
    public TripletMarginLoss(Options options) {
        super(options.reduction);
        require(options.p > 0, "tripletMargin", "p is not positive", options.p);
        this.options = options;
    }

    @Override
    public Tensor forward(Tensor anchor, Tensor positive, Tensor negative) {
        return EmbeddingLoss.tripletMargin(
                anchor, positive, negative, options.margin, options.p, options.eps, options.swap, reduction());
    }
}

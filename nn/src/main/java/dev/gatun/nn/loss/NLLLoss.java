package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ClassLoss;
import dev.gatun.nn.Buffer;
import dev.gatun.runtime.Reduction;
import java.util.Optional;

/**
 * The negative of log probabilities at the right class, for what {@link dev.gatun.nn.LogSoftmax} gives; {@code
 * torch.nn.NLLLoss}.
 *
 * {@snippet :
 * Tensor logProbabilities = new LogSoftmax(1).forward(Tensor.zeros(2, 4));
 * System.out.printf("%.4f%n", new NLLLoss().forward(logProbabilities, Tensor.of(0L, 3L)).item()); // 1.3863
 * }
 */
public final class NLLLoss extends ClassCriterion {
    /**
     * What the loss uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param weight [classes] of the input's dtype, the weight of each class; none
     * @param reduction how the losses are joined; the mean
     * @param ignoreIndex a target that does not count; -100
     */
    public record Options(Optional<Tensor> weight, Reduction reduction, long ignoreIndex) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(Optional.empty(), Reduction.MEAN, NO_INDEX);
        }

        /**
         * These with another weight.
         *
         * @param value [classes] of the input's dtype, the weight of each class
         * @return new options
         */
        public Options withWeight(Tensor value) {
            return new Options(Optional.of(value), reduction, ignoreIndex);
        }

        /**
         * These with another reduction.
         *
         * @param value how the losses are joined
         * @return new options
         */
        public Options withReduction(Reduction value) {
            return new Options(weight, value, ignoreIndex);
        }

        /**
         * These with another ignored target.
         *
         * @param value a target that does not count
         * @return new options
         */
        public Options withIgnoreIndex(long value) {
            return new Options(weight, reduction, value);
        }
    }

    private final Optional<Buffer> weight;

    /** The mean over all rows. */
    public NLLLoss() {
        this(Options.defaults());
    }

    /**
     * The loss with PyTorch's ignored index, -100.
     *
     * @param reduction how the losses of rows are joined
     */
    public NLLLoss(Reduction reduction) {
        this(Options.defaults().withReduction(reduction));
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of rows are joined; the mean is over rows that are not ignored
     * @param ignoreIndex a target that does not count
     */
    public NLLLoss(Reduction reduction, long ignoreIndex) {
        this(Options.defaults().withReduction(reduction).withIgnoreIndex(ignoreIndex));
    }

    /**
     * The loss.
     *
     * @param options all of them
     */
    public NLLLoss(Options options) {
        super(options.reduction, options.ignoreIndex);
        weight = options.weight().map(w -> registerBuffer("weight", w));
    }

    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return ClassLoss.nllLoss(input, target, weight.map(Buffer::tensor).orElse(null), reduction(), ignoreIndex());
    }
}

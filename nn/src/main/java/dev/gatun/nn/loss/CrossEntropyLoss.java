package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ClassLoss;
import dev.gatun.nn.Buffer;
import dev.gatun.runtime.Reduction;
import java.util.Optional;

/**
 * The negative logarithm of the softmax of logits at the right class, or against probabilities of the classes, computed
 * without overflow; {@code torch.nn.CrossEntropyLoss}.
 *
 * {@snippet :
 * Tensor logits = Tensor.of(new double[][] {{0, 0}, {0, 100}});
 * System.out.printf("%.4f%n", new CrossEntropyLoss().forward(logits, Tensor.of(0L, 1L)).item()); // 0.3466
 * }
 */
public final class CrossEntropyLoss extends ClassCriterion {
    /**
     * What the loss uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param weight [classes] of the input's dtype, the weight of each class; none
     * @param reduction how the losses are joined; the mean
     * @param ignoreIndex a target that does not count; -100
     * @param labelSmoothing the share of the target that is spread over all classes; 0
     */
    public record Options(Optional<Tensor> weight, Reduction reduction, long ignoreIndex, double labelSmoothing) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(Optional.empty(), Reduction.MEAN, NO_INDEX, 0);
        }

        /**
         * These with another weight.
         *
         * @param value [classes] of the input's dtype, the weight of each class
         * @return new options
         */
        public Options withWeight(Tensor value) {
            return new Options(Optional.of(value), reduction, ignoreIndex, labelSmoothing);
        }

        /**
         * These with another reduction.
         *
         * @param value how the losses are joined
         * @return new options
         */
        public Options withReduction(Reduction value) {
            return new Options(weight, value, ignoreIndex, labelSmoothing);
        }

        /**
         * These with another ignored target.
         *
         * @param value a target that does not count
         * @return new options
         */
        public Options withIgnoreIndex(long value) {
            return new Options(weight, reduction, value, labelSmoothing);
        }

        /**
         * These with another label smoothing.
         *
         * @param value from 0 to 1
         * @return new options
         */
        public Options withLabelSmoothing(double value) {
            return new Options(weight, reduction, ignoreIndex, value);
        }
    }

    private final Optional<Buffer> weight;
    private final double labelSmoothing;

    /** The mean over all rows. */
    public CrossEntropyLoss() {
        this(Options.defaults());
    }

    /**
     * The loss with PyTorch's ignored index, -100.
     *
     * @param reduction how the losses of rows are joined
     */
    public CrossEntropyLoss(Reduction reduction) {
        this(Options.defaults().withReduction(reduction));
    }

    /**
     * The loss.
     *
     * @param reduction how the losses of rows are joined; the mean is over rows that are not ignored
     * @param ignoreIndex a target that does not count
     */
    public CrossEntropyLoss(Reduction reduction, long ignoreIndex) {
        this(Options.defaults().withReduction(reduction).withIgnoreIndex(ignoreIndex));
    }

    /**
     * The loss.
     *
     * @param options all of them
     * @throws IllegalArgumentException if the label smoothing is not 0 to 1
     */
    public CrossEntropyLoss(Options options) {
        super(options.reduction, options.ignoreIndex);
        weight = options.weight().map(w -> registerBuffer("weight", w));
        require(
                options.labelSmoothing >= 0 && options.labelSmoothing <= 1,
                "crossEntropy",
                "labelSmoothing is not 0..1",
                options.labelSmoothing);
        labelSmoothing = options.labelSmoothing;
    }

    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return ClassLoss.crossEntropy(
                input, target, weight.map(Buffer::tensor).orElse(null), reduction(), ignoreIndex(), labelSmoothing);
    }
}

package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.nn.Buffer;
import dev.gatun.runtime.Reduction;
import java.util.Optional;

/**
 * {@link BCELoss} of the sigmoid of logits, without overflow; {@code torch.nn.BCEWithLogitsLoss}.
 *
 * {@snippet :
 * Tensor loss = new BCEWithLogitsLoss().forward(Tensor.of(0.0, 100.0), Tensor.of(1.0, 1.0));
 * System.out.printf("%.4f%n", loss.item()); // 0.3466
 * }
 */
public final class BCEWithLogitsLoss extends Criterion {
    /**
     * What the loss uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param weight of the elements, broadcast to the input; none
     * @param reduction how the losses are joined; the mean
     * @param posWeight of the target's share, broadcast to the input; none
     */
    public record Options(Optional<Tensor> weight, Reduction reduction, Optional<Tensor> posWeight) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(Optional.empty(), Reduction.MEAN, Optional.empty());
        }

        /**
         * These with another weight.
         *
         * @param value of the elements, broadcast to the input
         * @return new options
         */
        public Options withWeight(Tensor value) {
            return new Options(Optional.of(value), reduction, posWeight);
        }

        /**
         * These with another reduction.
         *
         * @param value how the losses are joined
         * @return new options
         */
        public Options withReduction(Reduction value) {
            return new Options(weight, value, posWeight);
        }

        /**
         * These with another weight of positive examples.
         *
         * @param value of the target's share, broadcast to the input
         * @return new options
         */
        public Options withPosWeight(Tensor value) {
            return new Options(weight, reduction, Optional.of(value));
        }
    }

    private final Optional<Buffer> weight;
    private final Optional<Buffer> posWeight;

    /** The loss with PyTorch's defaults. */
    public BCEWithLogitsLoss() {
        this(Options.defaults());
    }

    /**
     * The loss with PyTorch's defaults but the reduction.
     *
     * @param reduction how the losses of elements are joined
     */
    public BCEWithLogitsLoss(Reduction reduction) {
        this(Options.defaults().withReduction(reduction));
    }

    /**
     * The loss.
     *
     * @param options all of them
     */
    public BCEWithLogitsLoss(Options options) {
        super(options.reduction);
        weight = options.weight().map(w -> registerBuffer("weight", w));
        posWeight = options.posWeight().map(w -> registerBuffer("pos_weight", w));
    }

    /**
     * The loss.
     *
     * @param input logits
     * @param target of the input's shape and dtype
     * @return rank 0, or the input's shape where nothing is reduced
     * @throws IllegalArgumentException if shapes or dtypes differ
     */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return Loss.bceWithLogits(
                input,
                target,
                weight.map(Buffer::tensor).orElse(null),
                posWeight.map(Buffer::tensor).orElse(null),
                reduction());
    }
}

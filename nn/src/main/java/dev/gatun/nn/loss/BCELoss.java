package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Loss;
import dev.gatun.nn.Buffer;
import dev.gatun.runtime.Reduction;
import java.util.Optional;

/**
 * -(target log input + (1 - target) log(1 - input)) for probabilities, logarithms being at least -100; {@code
 * torch.nn.BCELoss}.
 *
 * {@snippet :
 * System.out.printf("%.4f%n", new BCELoss().forward(Tensor.of(0.5, 0.5), Tensor.of(1.0, 0.0)).item()); // 0.6931
 * }
 */
public final class BCELoss extends Criterion {
    /**
     * What the loss uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param weight of the elements, broadcast to the input; none
     * @param reduction how the losses are joined; the mean
     */
    public record Options(Optional<Tensor> weight, Reduction reduction) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(Optional.empty(), Reduction.MEAN);
        }

        /**
         * These with another weight.
         *
         * @param value of the elements, broadcast to the input
         * @return new options
         */
        public Options withWeight(Tensor value) {
            return new Options(Optional.of(value), reduction);
        }

        /**
         * These with another reduction.
         *
         * @param value how the losses are joined
         * @return new options
         */
        public Options withReduction(Reduction value) {
            return new Options(weight, value);
        }
    }

    private final Optional<Buffer> weight;

    /** The loss with PyTorch's defaults. */
    public BCELoss() {
        this(Options.defaults());
    }

    /**
     * The loss with PyTorch's defaults but the reduction.
     *
     * @param reduction how the losses of elements are joined
     */
    public BCELoss(Reduction reduction) {
        this(Options.defaults().withReduction(reduction));
    }

    /**
     * The loss.
     *
     * @param options all of them
     */
    public BCELoss(Options options) {
        super(options.reduction);
        weight = options.weight().map(w -> registerBuffer("weight", w));
    }

    /**
     * The loss.
     *
     * @param input probabilities, from 0 to 1
     * @param target of the input's shape and dtype
     * @return rank 0, or the input's shape where nothing is reduced
     * @throws IllegalArgumentException if shapes or dtypes differ, or an element of the input is outside 0..1
     */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return Loss.bce(input, target, weight.map(Buffer::tensor).orElse(null), reduction());
    }
}

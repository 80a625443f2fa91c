package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.ClassLoss;
import dev.gatun.nn.Buffer;
import dev.gatun.runtime.Reduction;
import java.util.Optional;

/**
 * The sum over the wrong classes j of max(0, margin - input[target] + input[j])^p, divided by the number of classes;
 * {@code torch.nn.MultiMarginLoss}.
 *
 * {@snippet :
 * Tensor scores = Tensor.of(new double[][] {{0.5, 1, 0}});
 * System.out.printf("%.4f%n", new MultiMarginLoss().forward(scores, Tensor.of(1L)).item()); // 0.1667
 * }
 */
public final class MultiMarginLoss extends Criterion {
    /**
     * What the loss uses. PyTorch's names and, in {@link #defaults()}, its values.
     *
     * @param p the power, 1 or 2; 1
     * @param margin by how much the right class is to lead; 1
     * @param weight [classes] of the input's dtype, the weight of each class; none
     * @param reduction how the losses are joined; the mean
     */
    public record Options(int p, double margin, Optional<Tensor> weight, Reduction reduction) {
        /**
         * PyTorch's defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(1, 1, Optional.empty(), Reduction.MEAN);
        }

        /**
         * These with another power.
         *
         * @param value 1 or 2
         * @return new options
         */
        public Options withP(int value) {
            return new Options(value, margin, weight, reduction);
        }

        /**
         * These with another margin.
         *
         * @param value by how much the right class is to lead
         * @return new options
         */
        public Options withMargin(double value) {
            return new Options(p, value, weight, reduction);
        }

        /**
         * These with another weight.
         *
         * @param value [classes] of the input's dtype, the weight of each class
         * @return new options
         */
        public Options withWeight(Tensor value) {
            return new Options(p, margin, Optional.of(value), reduction);
        }

        /**
         * These with another reduction.
         *
         * @param value how the losses are joined
         * @return new options
         */
        public Options withReduction(Reduction value) {
            return new Options(p, margin, weight, value);
        }
    }

    private final int p;
    private final double margin;
    private final Optional<Buffer> weight;

    /** The loss with PyTorch's defaults. */
    public MultiMarginLoss() {
        this(Options.defaults());
    }

    /**
     * The loss with PyTorch's defaults but the reduction.
     *
     * @param reduction how the losses of rows are joined
     */
    public MultiMarginLoss(Reduction reduction) {
        this(Options.defaults().withReduction(reduction));
    }

    /**
     * The loss.
     *
     * @param options all of them
     * @throws IllegalArgumentException if p is not 1 or 2
     */
    public MultiMarginLoss(Options options) {
        super(options.reduction);
        require(options.p == 1 || options.p == 2, "multiMargin", "p is not 1 or 2", options.p);
        p = options.p;
        margin = options.margin;
        weight = options.weight().map(w -> registerBuffer("weight", w));
    }

    /**
     * The loss.
     *
     * @param input [n, classes] or [classes], F32 or F64
     * @param target I64 [n] or [], classes from 0
     * @return rank 0, or the target's shape where nothing is reduced
     * @throws IllegalArgumentException if shapes or dtypes do not fit, or a target is no class
     */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return ClassLoss.multiMargin(
                input, target, p, margin, weight.map(Buffer::tensor).orElse(null), reduction());
    }
}

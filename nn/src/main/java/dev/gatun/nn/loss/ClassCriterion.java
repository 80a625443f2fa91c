package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;

/** A loss on one value per class and the index of the right class. */
abstract sealed class ClassCriterion extends Criterion permits CrossEntropyLoss, NLLLoss {
    /** PyTorch's default: no class has it. */
    static final long NO_INDEX = -100;

    private final long ignoreIndex;

    ClassCriterion(Reduction reduction, long ignoreIndex) {
        super(reduction);
        this.ignoreIndex = ignoreIndex;
    }

    /**
     * The target that does not count.
     *
     * @return -100, unless another was given
     */
    public final long ignoreIndex() {
        return ignoreIndex;
    }

    /**
     * The loss.
     *
     * @param input [n, classes], [classes] or [n, classes, d1..dk], F32 or F64
     * @param target I64, the classes' indexes: [n], [] or [n, d1..dk]; for cross entropy also the classes'
     *     probabilities, of the input's shape and dtype
     * @return rank 0, or the targets' shape where nothing is reduced
     * @throws IllegalArgumentException if the shapes do not fit, the target is not I64, or one of its elements is
     *     neither a class nor the ignored index
     */
    @Override
    public abstract Tensor forward(Tensor input, Tensor target);
}

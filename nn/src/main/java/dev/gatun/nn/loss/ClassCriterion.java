package dev.gatun.nn.loss;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;

/** A loss on one value per class and the index of the right class: the shapes that PyTorch takes, brought to rows. */
abstract sealed class ClassCriterion extends Criterion permits CrossEntropyLoss, NLLLoss {
    /** PyTorch's default: no class has it. */
    static final long NO_INDEX = -100;

    private final String op;
    private final long ignoreIndex;

    ClassCriterion(String op, Reduction reduction, long ignoreIndex) {
        super(reduction);
        this.op = op;
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

    /** The loss of rows [n, classes] at targets [n], or of one row [classes] at []. */
    abstract Tensor rows(Tensor input, Tensor target);

    /**
     * The loss.
     *
     * @param input [n, classes], [classes] or [n, classes, d1..dk], F32 or F64
     * @param target I64, the classes' indexes: [n], [] or [n, d1..dk]
     * @return rank 0, or the target's shape where nothing is reduced
     * @throws IllegalArgumentException if the shapes do not fit, the target is not I64, or one of its elements is
     *     neither a class nor the ignored index
     */
    @Override
    public final Tensor forward(Tensor input, Tensor target) {
        if (input.rank() <= 2) {
            return rows(input, target);
        }
        if (!targetFits(input.shape(), target.shape())) {
            throw new IllegalArgumentException(
                    op + ": target does not have the input's shape without its classes: input " + input.describe()
                            + ", target " + target.describe());
        }
        try (var temporaries = Scope.open()) {
            Tensor loss = rows(classesLast(input), target.reshape(-1));
            return temporaries.keep(reduction() == Reduction.NONE ? loss.viewAs(target) : loss);
        }
    }

    private static boolean targetFits(Shape input, Shape target) {
        if (target.rank() != input.rank() - 1) {
            return false;
        }
        for (int dim = 0; dim < target.rank(); dim++) {
            if (target.size(dim) != input.size(dim == 0 ? 0 : dim + 1)) {
                return false;
            }
        }
        return true;
    }

    /** [n, classes, d1..dk] as [n*d1*..*dk, classes]. */
    private static Tensor classesLast(Tensor input) {
        int rank = input.rank();
        int[] order = new int[rank];
        for (int dim = 1; dim < rank - 1; dim++) {
            order[dim] = dim + 1;
        }
        order[rank - 1] = 1;
        return input.permute(order).flatten(0, rank - 2);
    }
}

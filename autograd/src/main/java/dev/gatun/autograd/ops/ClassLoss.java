package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Losses on one value for each class, F32 or F64, in all of PyTorch's shapes: x is [n, classes], [classes] or [n, classes,
 * d1..dk], and targets are x's shape without its classes. The plain ones stand in {@link Norm}. The counterparts are
 * those of {@code torch.nn.functional}, as {@code F.cross_entropy}.
 *
 * {@snippet :
 * Tensor logits = Tensor.zeros(2, 4);
 * Tensor loss = ClassLoss.crossEntropy(logits, Tensor.of(0L, 3L), null, Reduction.MEAN, -100, 0.1);
 * System.out.printf("%.4f%n", loss.item()); // 1.3863
 * }
 */
public final class ClassLoss {
    private ClassLoss() {}

    /**
     * The negative log likelihood of softmax(x) at the target classes, or against class probabilities. {@code
     * F.cross_entropy}.
     *
     * @param x logits
     * @param target I64, classes from 0; or x's dtype and shape, probabilities of the classes
     * @param weight [classes] of x's dtype, of the classes; {@code null} for 1
     * @param reduction how the rows are joined; MEAN divides by the weights of the targets that are not ignored or, for
     *     probabilities, by the rows
     * @param ignoreIndex a target whose row counts nothing; PyTorch's default is -100
     * @param labelSmoothing the share of the target that is spread over all classes, from 0 to 1; PyTorch's default is 0
     * @return the targets' shape for NONE, else []
     * @throws IllegalArgumentException if sizes or dtypes do not fit, or a target is no class
     */
    public static Tensor crossEntropy(
            Tensor x,
            Tensor target,
            @Nullable Tensor weight,
            Reduction reduction,
            long ignoreIndex,
            double labelSmoothing) {
        String op = "crossEntropy";
        Checks.require(
                labelSmoothing >= 0 && labelSmoothing <= 1, op, "labelSmoothing " + labelSmoothing + " is not 0..1", x);
        checkInput(op, x, weight);
        if (target.dtype().isFloating()) {
            return soft(op, x, target, weight, reduction, labelSmoothing);
        }
        boolean plain = weight == null && labelSmoothing == 0;
        if (plain && x.rank() <= 2) {
            return Norm.crossEntropy(x, target, reduction, ignoreIndex);
        }
        Tensor rows = rows(op, x, target);
        Tensor classes = target.reshape(-1);
        if (plain) {
            return shaped(Norm.crossEntropy(rows, classes, reduction, ignoreIndex), target, reduction);
        }
        Tensor logP = rows.logSoftmax(1);
        Tensor counted = countedWeights(classes, weight, ignoreIndex, x);
        Tensor losses = Norm.nllLoss(logP, classes, Reduction.NONE, ignoreIndex);
        losses = weight == null ? losses : losses.mul(counted);
        if (labelSmoothing > 0) {
            Tensor all = (weight == null ? logP : logP.mul(weight)).sum(1).neg();
            Tensor spread = Elementwise.onlyWhere(classes.ne(ignoreIndex), all);
            losses = losses.mul(1 - labelSmoothing).add(spread.mul(labelSmoothing / x.size(classDim(x))));
        }
        return join(losses, counted, target, reduction);
    }

    /** Against probabilities of the classes. */
    private static Tensor soft(
            String op, Tensor x, Tensor target, @Nullable Tensor weight, Reduction reduction, double labelSmoothing) {
        Checks.sameFloating(op, x, target);
        Checks.require(x.shape().equals(target.shape()), op, "probabilities have the input's shape", x, target);
        int dim = classDim(x);
        double classes = x.size(dim);
        Tensor p = labelSmoothing == 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
        Tensor logP = x.logSoftmax(dim);
        if (weight != null) {
            long[] sizes = new long[x.rank()];
            java.util.Arrays.fill(sizes, 1);
            sizes[dim] = weight.count();
            logP = logP.mul(weight.reshape(sizes));
        }
        Tensor losses = p.mul(logP).sum(dim).neg();
        return Loss.reduce(losses, reduction);
    }

    /**
     * The negative of the log probability at the target classes. {@code F.nll_loss}.
     *
     * @param x log probabilities
     * @param target I64, classes from 0
     * @param weight [classes] of x's dtype, of the classes; {@code null} for 1
     * @param reduction how the rows are joined; MEAN divides by the weights of the targets that are not ignored
     * @param ignoreIndex a target whose row counts nothing; PyTorch's default is -100
     * @return the targets' shape for NONE, else []
     * @throws IllegalArgumentException if sizes or dtypes do not fit, or a target is no class
     */
    public static Tensor nllLoss(
            Tensor x, Tensor target, @Nullable Tensor weight, Reduction reduction, long ignoreIndex) {
        String op = "nllLoss";
        checkInput(op, x, weight);
        if (weight == null && x.rank() <= 2) {
            return Norm.nllLoss(x, target, reduction, ignoreIndex);
        }
        Tensor rows = rows(op, x, target);
        Tensor classes = target.reshape(-1);
        if (weight == null) {
            return shaped(Norm.nllLoss(rows, classes, reduction, ignoreIndex), target, reduction);
        }
        Tensor losses = Norm.nllLoss(rows, classes, Reduction.NONE, ignoreIndex);
        Tensor counted = countedWeights(classes, weight, ignoreIndex, x);
        return join(losses.mul(counted), counted, target, reduction);
    }

    /**
     * The sum over the other classes j of max(0, margin - x[target] + x[j])^p, divided by the number of classes. {@code
     * F.multi_margin_loss}.
     *
     * @param x [n, classes] or [classes]
     * @param target I64 [n] or [], classes from 0
     * @param p 1 or 2; PyTorch's default is 1
     * @param margin PyTorch's default is 1
     * @param weight [classes] of x's dtype, of the target classes; {@code null} for 1
     * @return the targets' shape for NONE, else []
     */
    public static Tensor multiMargin(
            Tensor x, Tensor target, int p, double margin, @Nullable Tensor weight, Reduction reduction) {
        String op = "multiMargin";
        Checks.require(p == 1 || p == 2, op, "p " + p + " is not 1 or 2", x);
        Checks.require(x.rank() <= 2, op, "takes [n, classes] or [classes]", x);
        checkInput(op, x, weight);
        Tensor rows = rows(op, x, target);
        Tensor classes = target.reshape(-1);
        Tensor right = Norm.nllLoss(rows, classes, Reduction.NONE, Long.MIN_VALUE); // its negative, checked
        Tensor excess = rows.add(right.unsqueeze(1)).add(margin).relu();
        Tensor powers = p == 1 ? excess : excess.square();
        Tensor others = classes.unsqueeze(1).ne(Tensor.arange(rows.size(1)).to(x.device()));
        Tensor losses = Elementwise.onlyWhere(others, powers).sum(1).div((double) rows.size(1));
        losses = weight == null ? losses : losses.mul(Index.indexSelect(weight, 0, classes));
        return shaped(Loss.reduce(losses, reduction), target, reduction);
    }

    private static int classDim(Tensor x) {
        return x.rank() == 1 ? 0 : 1;
    }

    private static void checkInput(String op, Tensor x, @Nullable Tensor weight) {
        Checks.floating(op, x);
        Checks.require(x.rank() >= 1, op, "takes [n, classes, ...] or [classes]", x);
        if (weight != null) {
            Checks.sameFloating(op, x, weight);
            Checks.require(
                    weight.rank() == 1 && weight.count() == x.size(classDim(x)),
                    op,
                    "not a weight for each class",
                    weight,
                    x);
        }
    }

    /** [n, classes, d1..dk] as [n*d1*..*dk, classes]. */
    private static Tensor rows(String op, Tensor x, Tensor target) {
        Checks.indexes(op, target);
        Checks.sameDevice(op, x, target);
        Checks.require(
                targetFits(x.shape(), target.shape()),
                op,
                "target does not have the input's shape without its classes",
                x,
                target);
        int rank = x.rank();
        if (rank <= 2) {
            return rank == 1 ? x.unsqueeze(0) : x;
        }
        int[] order = new int[rank];
        for (int dim = 1; dim < rank - 1; dim++) {
            order[dim] = dim + 1;
        }
        order[rank - 1] = 1;
        return x.permute(order).reshape(target.count(), x.size(1));
    }

    private static boolean targetFits(Shape x, Shape target) {
        if (target.rank() != x.rank() - 1) {
            return false;
        }
        for (int dim = 0; dim < target.rank(); dim++) {
            if (target.size(dim) != x.size(dim == 0 ? 0 : dim + 1)) {
                return false;
            }
        }
        return true;
    }

    /** The weight of each row's class, 0 where it is ignored. Targets were checked, or will be before this is used. */
    private static Tensor countedWeights(Tensor classes, @Nullable Tensor weight, long ignoreIndex, Tensor x) {
        Tensor counts = classes.ne(ignoreIndex);
        if (weight == null) {
            return counts.to(x.dtype());
        }
        Tensor safe = Elementwise.onlyWhere(counts, classes);
        return Elementwise.onlyWhere(counts, Index.indexSelect(weight, 0, safe));
    }

    private static Tensor join(Tensor losses, Tensor counted, Tensor target, Reduction reduction) {
        return switch (reduction) {
            case NONE -> shaped(losses, target, reduction);
            case SUM -> losses.sum();
            case MEAN -> losses.sum().div(counted.sum());
        };
    }

    private static Tensor shaped(Tensor loss, Tensor target, Reduction reduction) {
        return reduction == Reduction.NONE && target.rank() != 1 ? loss.viewAs(target) : loss;
    }
}

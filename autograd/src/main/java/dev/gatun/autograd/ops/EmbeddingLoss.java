package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;

/**
 * Losses that place inputs near to or far from one another; F32 or F64, all operands of one dtype. The counterparts
 * are those of {@code torch.nn.functional}, as {@code F.triplet_margin_loss}.
 *
 * {@snippet :
 * Tensor a = Tensor.of(new float[][] {{0, 0}});
 * Tensor near = Tensor.of(new float[][] {{0, 1}});
 * Tensor far = Tensor.of(new float[][] {{3, 4}});
 * System.out.println(
 *         EmbeddingLoss.tripletMargin(a, near, far, 1, 2, 1e-6, false, Reduction.MEAN).item()); // 0.0
 * }
 */
public final class EmbeddingLoss {
    private static final double SMALLEST_SQUARE = 1e-12; // PyTorch's addition to the squares of a cosine

    private EmbeddingLoss() {}

    /**
     * max(0, -target (x1 - x2) + margin): 1 says that x1 is to be the larger, -1 that x2 is. {@code F.margin_ranking_loss}.
     *
     * @param x1 F32 or F64
     * @param x2 broadcasts with x1
     * @param target 1 or -1, broadcasts with x1
     * @param margin PyTorch's default is 0
     * @return the broadcast shape for NONE, else []
     */
    public static Tensor marginRanking(Tensor x1, Tensor x2, Tensor target, double margin, Reduction reduction) {
        String op = "marginRanking";
        Checks.sameFloating(op, x1, x2);
        Checks.sameFloating(op, x1, target);
        return Loss.reduce(target.neg().mul(x1.sub(x2)).add(margin).clampMin(0), reduction);
    }

    /**
     * x where the target is 1, max(0, margin - x) where it is -1. {@code F.hinge_embedding_loss}.
     *
     * @param x distances
     * @param target 1 or -1, broadcasts with x; any other number adds both
     * @param margin PyTorch's default is 1
     * @return the broadcast shape for NONE, else []
     */
    public static Tensor hingeEmbedding(Tensor x, Tensor target, double margin, Reduction reduction) {
        Checks.sameFloating("hingeEmbedding", x, target);
        Tensor far = Elementwise.onlyWhere(target.ne(1), x.rsub(margin).clampMin(0));
        return Loss.reduce(far.add(Elementwise.onlyWhere(target.ne(-1), x)), reduction);
    }

    /**
     * 1 - cos(x1, x2) where the target is 1, max(0, cos(x1, x2) - margin) where it is -1. {@code
     * F.cosine_embedding_loss}.
     *
     * @param x1 [n, d] or [d]
     * @param x2 of x1's shape
     * @param target 1 or -1, [n] or [], of any dtype
     * @param margin PyTorch's default is 0
     * @return the target's shape for NONE, else []
     */
    public static Tensor cosineEmbedding(Tensor x1, Tensor x2, Tensor target, double margin, Reduction reduction) {
        String op = "cosineEmbedding";
        Checks.sameFloating(op, x1, x2);
        Checks.sameDevice(op, x1, target);
        Checks.require(
                (x1.rank() == 1 || x1.rank() == 2) && x1.shape().equals(x2.shape()),
                op,
                "takes two of [n, d] or [d]",
                x1,
                x2);
        Checks.require(
                target.rank() == x1.rank() - 1 && (target.rank() == 0 || target.size(0) == x1.size(0)),
                op,
                "not a target for each row",
                x1,
                target);
        Tensor squares =
                x1.square().sum(-1).add(SMALLEST_SQUARE).mul(x2.square().sum(-1).add(SMALLEST_SQUARE));
        Tensor cos = x1.mul(x2).sum(-1).div(squares.sqrt());
        Tensor near = Elementwise.onlyWhere(target.eq(1), cos.rsub(1));
        Tensor far = Elementwise.onlyWhere(target.eq(-1), cos.sub(margin).clampMin(0));
        return Loss.reduce(near.add(far), reduction);
    }

    /**
     * max(0, distance(anchor, positive) - distance(anchor, negative) + margin). {@code F.triplet_margin_loss}.
     *
     * @param anchor [n, d] or [d]
     * @param positive broadcasts with the anchor
     * @param negative broadcasts with the anchor
     * @param margin PyTorch's default is 1
     * @param p the norm of the distances, above 0 and up to infinity; PyTorch's default is 2
     * @param eps added to each difference; PyTorch's default is 1e-6
     * @param swap whether the distance of positive and negative counts where it is the smaller; PyTorch's default is false
     * @return [n] or [] for NONE, else []
     */
    public static Tensor tripletMargin(
            Tensor anchor,
            Tensor positive,
            Tensor negative,
            double margin,
            double p,
            double eps,
            boolean swap,
            Reduction reduction) {
        String op = "tripletMargin";
        Checks.sameFloating(op, anchor, positive);
        Checks.sameFloating(op, anchor, negative);
        Checks.require(
                anchor.rank() > 0 && anchor.rank() == positive.rank() && anchor.rank() == negative.rank(),
                op,
                "ranks differ or are 0",
                anchor,
                positive,
                negative);
        Checks.require(p > 0, op, "p " + p + " is not positive", anchor);
        Tensor near = distance(anchor, positive, p, eps);
        Tensor far = distance(anchor, negative, p, eps);
        if (swap) {
            far = far.minimum(distance(positive, negative, p, eps));
        }
        return Loss.reduce(near.sub(far).add(margin).clampMin(0), reduction);
    }

    private static Tensor distance(Tensor x, Tensor y, double p, double eps) {
        Tensor d = x.sub(y).add(eps);
        if (p == 2) {
            return d.square().sum(-1).sqrt();
        }
        Tensor size = d.abs();
        if (p == 1) {
            return size.sum(-1);
        }
        return Double.isInfinite(p) ? size.amax(false, -1) : size.pow(p).sum(-1).pow(1 / p);
    }
}

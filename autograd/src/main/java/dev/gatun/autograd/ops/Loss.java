package dev.gatun.autograd.ops;

import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Losses of single elements, composed of other families' operations. They take F32 or F64, both operands of one dtype,
 * and give the operands' broadcast shape where nothing is reduced, else []. The counterparts are those of {@code
 * torch.nn.functional}, as {@code F.mse_loss}.
 *
 * {@snippet :
 * Tensor x = Tensor.of(1f, 2f);
 * System.out.println(Loss.mse(x, Tensor.of(1f, 4f), Reduction.MEAN).item()); // 2.0
 * }
 */
public final class Loss {
    private static final double LOWEST_LOG = -100; // PyTorch's bound for the logarithms of probabilities
    private static final double SMALLEST_SLOPE = 1e-12; // PyTorch's bound for what their gradient is divided by

    private Loss() {}

    /**
     * The squared difference. {@code F.mse_loss}.
     *
     * @param x F32 or F64
     * @param target broadcasts with x, of its dtype
     * @param reduction how the elements are joined
     * @return the broadcast shape for NONE, else []
     */
    public static Tensor mse(Tensor x, Tensor target, Reduction reduction) {
        Checks.sameFloating("mse", x, target);
        Tensor difference;
        Tensor loss;
        try (var off = dev.gatun.autograd.GradMode.noGrad()) {
            difference = Elementwise.sub(x, target);
            Tensor squares = Maths.square(difference);
            loss = reduce(squares, reduction);
            if (loss != squares) {
                squares.release();
            }
        }
        if (!Graph.records(x, target)) {
            difference.release();
            return loss;
        }
        double scale = reduction == Reduction.MEAN ? 2.0 / difference.count() : 2;
        difference.release();
        Saved saved = Saved.of(x, target);
        return Graph.record(
                "MseLossBackward0",
                loss,
                saved,
                Input.of(x, g -> slope(saved, g, scale)),
                Input.of(target, g -> slope(saved, g, -scale)));
    }

    private static Tensor slope(Saved saved, Tensor g, double scale) {
        return Elementwise.sub(saved.get(0), saved.get(1)).mul(scale).mul(g);
    }

    /** The losses of elements or rows, joined. */
    static Tensor reduce(Tensor losses, Reduction reduction) {
        return switch (reduction) {
            case NONE -> losses;
            case SUM -> losses.sum();
            case MEAN -> losses.mean();
        };
    }

    /** The absolute difference. {@code F.l1_loss}. */
    public static Tensor l1(Tensor x, Tensor target, Reduction reduction) {
        return reduce(distance("l1", x, target), reduction);
    }

    /**
     * With d = |x - target|: d^2 / (2 beta) where d &lt; beta, else d - beta / 2. {@code F.smooth_l1_loss}.
     *
     * @param beta where the square ends; at 0 this is {@link #l1}; PyTorch's default is 1
     */
    public static Tensor smoothL1(Tensor x, Tensor target, Reduction reduction, double beta) {
        Checks.require(beta >= 0, "smoothL1", "beta " + beta + " is negative", x);
        Tensor d = distance("smoothL1", x, target);
        return reduce(beta == 0 ? d : squareThenLine(d, beta).div(beta), reduction);
    }

    /**
     * With d = |x - target|: d^2 / 2 where d &lt;= delta, else delta (d - delta / 2). {@code F.huber_loss}.
     *
     * @param delta where the square ends; PyTorch's default is 1
     */
    public static Tensor huber(Tensor x, Tensor target, Reduction reduction, double delta) {
        Checks.require(delta > 0, "huber", "delta " + delta + " is not positive", x);
        return reduce(squareThenLine(distance("huber", x, target), delta), reduction);
    }

    private static Tensor distance(String op, Tensor x, Tensor target) {
        Checks.sameFloating(op, x, target);
        return x.sub(target).abs();
    }

    /** The square's half up to an end, then a line. An infinite distance has the line's slope. */
    private static Tensor squareThenLine(Tensor d, double end) {
        Tensor inside = d.clampMax(end);
        return inside.mul(d.sub(inside.mul(0.5)));
    }

    /**
     * -(target log x + (1 - target) log(1 - x)), logarithms being at least -100. {@code F.binary_cross_entropy}.
     *
     * @param x probabilities, from 0 to 1
     * @param target of x's shape
     * @param weight of the elements, broadcast to x; {@code null} for 1
     * @throws IllegalArgumentException if shapes or dtypes differ, or x has an element outside 0..1
     */
    public static Tensor bce(Tensor x, Tensor target, @Nullable Tensor weight, Reduction reduction) {
        String op = "bce";
        sameShape(op, x, target);
        checkWeight(op, weight, x);
        checkProbabilities(op, x);
        Tensor losses;
        try (var off = dev.gatun.autograd.GradMode.noGrad()) {
            losses = weighed(
                    oneMinus(target)
                            .mul(logOfOther(x))
                            .add(target.mul(logOf(x)))
                            .neg(),
                    weight);
        }
        if (!Graph.records(x, target, weight)) {
            return reduce(losses, reduction);
        }
        Saved saved = Saved.of(x, target, weight);
        Input ofX = Input.of(x, g -> {
            Tensor p = saved.get(0);
            Tensor below = p.mul(oneMinus(p)).clampMin(SMALLEST_SLOPE);
            return weighed(g, orNull(saved, weight)).mul(p.sub(saved.get(1))).div(below);
        });
        Input ofTarget = Input.of(
                target,
                g -> weighed(g, orNull(saved, weight))
                        .mul(logOfOther(saved.get(0)).sub(logOf(saved.get(0)))));
        if (weight == null) {
            return reduce(Graph.record("BinaryCrossEntropyBackward0", losses, saved, ofX, ofTarget), reduction);
        }
        Input ofWeight = Input.of(
                weight,
                g -> Reduce.sumTo(
                        g.mul(bce(saved.get(0), saved.get(1), null, Reduction.NONE)),
                        saved.get(2).shape()));
        return reduce(Graph.record("BinaryCrossEntropyBackward0", losses, saved, ofX, ofTarget, ofWeight), reduction);
    }

    private static @Nullable Tensor orNull(Saved saved, @Nullable Tensor weight) {
        return weight == null ? null : saved.get(2);
    }

    private static Tensor oneMinus(Tensor x) {
        return x.rsub(1);
    }

    private static Tensor logOf(Tensor p) {
        return p.log().clampMin(LOWEST_LOG);
    }

    private static Tensor logOfOther(Tensor p) {
        return p.neg().log1p().clampMin(LOWEST_LOG);
    }

    private static void checkProbabilities(String op, Tensor x) {
        if (x.count() > 0) {
            double smallest = x.detach().min().item();
            double largest = x.detach().max().item();
            Checks.require(
                    smallest >= 0 && largest <= 1,
                    op,
                    "elements from " + smallest + " to " + largest + ", not 0 to 1",
                    x);
        }
    }

    /**
     * {@link #bce} of sigmoid(x), without overflow. {@code F.binary_cross_entropy_with_logits}.
     *
     * @param x logits
     * @param target of x's shape
     * @param weight of the elements, broadcast to x; {@code null} for 1
     * @param posWeight of the target's share, broadcast to x; {@code null} for 1
     * @throws IllegalArgumentException if shapes or dtypes differ
     */
    public static Tensor bceWithLogits(
            Tensor x, Tensor target, @Nullable Tensor weight, @Nullable Tensor posWeight, Reduction reduction) {
        String op = "bceWithLogits";
        sameShape(op, x, target);
        checkWeight(op, weight, x);
        checkWeight(op, posWeight, x);
        Tensor logSigmoid = x.logSigmoid();
        Tensor share = posWeight == null
                ? logSigmoid
                : target.mul(posWeight.sub(1)).add(1).mul(logSigmoid);
        return reduce(weighed(oneMinus(target).mul(x).sub(share), weight), reduction);
    }

    private static void sameShape(String op, Tensor x, Tensor target) {
        Checks.sameFloating(op, x, target);
        Checks.require(x.shape().equals(target.shape()), op, "shapes differ", x, target);
    }

    private static void checkWeight(String op, @Nullable Tensor weight, Tensor x) {
        if (weight != null) {
            Checks.sameFloating(op, x, weight);
            Checks.require(
                    Shape.broadcast(op, x.shape(), weight.shape()).equals(x.shape()),
                    op,
                    "the weight does not broadcast to the input",
                    weight,
                    x);
        }
    }

    private static Tensor weighed(Tensor losses, @Nullable Tensor weight) {
        return weight == null ? losses : losses.mul(weight);
    }

    /**
     * target (log target - x), 0 where the target is. {@code F.kl_div}; its batchmean is {@link #klDivBatchMean}.
     *
     * @param x log probabilities
     * @param target probabilities, or their logarithms
     * @param logTarget whether the target holds logarithms; PyTorch's default is false
     */
    public static Tensor klDiv(Tensor x, Tensor target, Reduction reduction, boolean logTarget) {
        Checks.sameFloating("klDiv", x, target);
        if (logTarget) {
            return reduce(target.exp().mul(target.sub(x)), reduction);
        }
        Tensor safe = Elementwise.where(target.ne(0), target, Tensor.onesLike(target));
        return reduce(safe.mul(safe.log()).sub(target.mul(x)), reduction);
    }

    /** The sum of {@link #klDiv} divided by the first size, which is the divergence. {@code reduction='batchmean'}. */
    public static Tensor klDivBatchMean(Tensor x, Tensor target, boolean logTarget) {
        Checks.require(x.rank() > 0, "klDiv", "batchmean takes a batch", x);
        return klDiv(x, target, Reduction.SUM, logTarget).div((double) x.size(0));
    }

    /**
     * The negative log likelihood of counts under a Poisson distribution: e^x - target x or, where x is no logarithm, x -
     * target log(x + eps). {@code F.poisson_nll_loss}.
     *
     * @param x the distribution's mean, or its logarithm
     * @param target counts
     * @param logInput whether x is a logarithm; PyTorch's default is true
     * @param full whether to add Stirling's approximation of log(target!) where the target is above 1; default false
     * @param eps added to x; PyTorch's default is 1e-8
     */
    public static Tensor poissonNll(
            Tensor x, Tensor target, boolean logInput, boolean full, double eps, Reduction reduction) {
        Checks.sameFloating("poissonNll", x, target);
        Tensor losses = logInput
                ? x.exp().sub(target.mul(x))
                : x.sub(target.mul(x.add(eps).log()));
        if (full) {
            Tensor large = target.gt(1);
            Tensor n = Elementwise.where(large, target, Tensor.onesLike(target));
            Tensor stirling = n.mul(n.log()).sub(n).add(n.mul(2 * Math.PI).log().mul(0.5));
            losses = losses.add(Elementwise.onlyWhere(large, stirling));
        }
        return reduce(losses, reduction);
    }

    /**
     * The negative log likelihood of targets under normal distributions: (log v + (x - target)^2 / v) / 2 with v the
     * variance, at least eps. {@code F.gaussian_nll_loss}.
     *
     * @param x the distributions' means
     * @param target of x's shape
     * @param variance of x's shape, or with a last size of 1, or without the last dimension
     * @param full whether to add the constant log(2 pi) / 2; PyTorch's default is false
     * @param eps PyTorch's default is 1e-6; the gradient does not see the bound
     * @throws IllegalArgumentException if shapes or dtypes do not fit, or a variance is negative
     */
    public static Tensor gaussianNll(
            Tensor x, Tensor target, Tensor variance, boolean full, double eps, Reduction reduction) {
        String op = "gaussianNll";
        sameShape(op, x, target);
        Checks.sameFloating(op, x, variance);
        Checks.require(eps > 0, op, "eps " + eps + " is not positive", x);
        boolean lacksLast = variance.rank() == x.rank() - 1;
        Tensor given = lacksLast ? variance.unsqueeze(-1) : variance;
        boolean fits = given.rank() == x.rank();
        for (int d = 0; fits && d < x.rank(); d++) {
            fits = given.size(d) == x.size(d) || (given.size(d) == 1 && d == x.rank() - 1);
        }
        Checks.require(fits, op, "the variance does not fit the input", variance, x);
        Checks.require(given.count() == 0 || given.detach().min().item() >= 0, op, "a variance is negative", variance);
        Tensor v = given.add(given.detach().clampMin(eps).sub(given.detach()));
        Tensor losses = v.log().add(x.sub(target).square().div(v)).mul(0.5);
        return reduce(full ? losses.add(0.5 * Math.log(2 * Math.PI)) : losses, reduction);
    }
}

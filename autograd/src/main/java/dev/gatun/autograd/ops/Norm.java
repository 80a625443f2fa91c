package dev.gatun.autograd.ops;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Graph;
import dev.gatun.autograd.Input;
import dev.gatun.autograd.Saved;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Shape;

/**
 * Softmax, its logarithm, and the classification losses that stand on them; F32 or F64. The counterparts are those of
 * {@code torch.nn.functional}, as {@code F.softmax}.
 *
 * {@snippet :
 * System.out.println(Norm.softmax(Tensor.of(0f, 0f), 0)); // tensor([0.5000, 0.5000])
 * }
 */
public final class Norm {
    /** PyTorch's default: no target has this value by chance. */
    public static final long IGNORE_INDEX = -100;

    private Norm() {}

    /**
     * e^x / sum of e^x over a dimension, finite for any finite x. {@code F.softmax}.
     *
     * @param x [*], F32 or F64
     * @param dim to sum over; negative counts from the last
     * @return shape and dtype of x
     */
    public static Tensor softmax(Tensor x, int dim) {
        int over = Checks.dim("softmax", x.shape(), dim);
        Tensor y = forward("softmax", false, x, over);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.output(y);
        return Graph.record("SoftmaxBackward0", y, saved, Input.of(x, g -> {
            Tensor p = saved.get(0);
            if (!GradMode.isOn()) {
                return backward(false, p, g, over);
            }
            Tensor weighted = g.mul(p);
            return weighted.sub(p.mul(weighted.sum(true, over)));
        }));
    }

    /** The logarithm of softmax, without overflow. {@code F.log_softmax}. */
    public static Tensor logSoftmax(Tensor x, int dim) {
        int over = Checks.dim("logSoftmax", x.shape(), dim);
        Tensor y = forward("logSoftmax", true, x, over);
        if (!Graph.records(x)) {
            return y;
        }
        Saved saved = Saved.output(y);
        return Graph.record("LogSoftmaxBackward0", y, saved, Input.of(x, g -> {
            Tensor logP = saved.get(0);
            return GradMode.isOn() ? g.sub(logP.exp().mul(g.sum(true, over))) : backward(true, logP, g, over);
        }));
    }

    private static Tensor forward(String op, boolean log, Tensor x, int dim) {
        Checks.floating(op, x);
        Tensor dense = x.isContiguous() ? x : Elementwise.clone(x.detach());
        Tensor y = dense.newEmpty();
        x.device().kernels().norm().softmax(log, dense, dim, y);
        return y;
    }

    private static Tensor backward(boolean log, Tensor y, Tensor g, int dim) {
        Tensor dx = y.newEmpty();
        y.device().kernels().norm().softmaxGrad(log, y, g.contiguous(), dim, dx);
        return dx;
    }

    /**
     * The negative log likelihood of softmax(logits) at the target classes, in one pass. {@code F.cross_entropy}.
     *
     * @param logits [n, classes] or [classes], F32 or F64
     * @param target I64 [n] or [], classes from 0
     * @param reduction how the rows are joined; MEAN divides by the rows that are not ignored
     * @param ignoreIndex a target whose row counts nothing; PyTorch's default is -100
     * @return [n] or [] for NONE, else []
     * @throws IllegalArgumentException if sizes or dtypes do not fit, or a target is no class
     */
    public static Tensor crossEntropy(Tensor logits, Tensor target, Reduction reduction, long ignoreIndex) {
        checkClasses("crossEntropy", logits, target);
        if (logits.rank() == 1) {
            return one(crossEntropy(View.unsqueeze(logits, 0), target.view(1), reduction, ignoreIndex), reduction);
        }
        Tensor dense = logits.isContiguous() ? logits : logits.contiguous();
        Tensor classes = target.contiguous();
        Tensor loss = logits.newEmpty(reduction == Reduction.NONE ? target.shape() : Shape.scalar());
        Tensor prob = dense.newEmpty(); // [n, classes]
        Tensor weight = Tensor.empty(logits.device(), DType.F64, Shape.scalar());
        logits.device().kernels().norm().crossEntropy(reduction, dense, classes, ignoreIndex, loss, prob, weight);
        if (!Graph.records(logits)) {
            prob.release();
            return loss;
        }
        Saved saved = Saved.of(dense, classes, prob, weight);
        prob.release();
        weight.release();
        return Graph.record("NllLossBackward0>LogSoftmaxBackward0", loss, saved, Input.of(dense, g -> {
            if (GradMode.isOn()) {
                return crossEntropySlope(saved.get(0), saved.get(1), saved.get(3), g, reduction, ignoreIndex);
            }
            Tensor p = saved.get(2);
            Tensor dlogits = p.newEmpty();
            p.device()
                    .kernels()
                    .norm()
                    .crossEntropyGrad(reduction, p, saved.get(1), ignoreIndex, g.contiguous(), saved.get(3), dlogits);
            return dlogits;
        }));
    }

    /** (softmax - one-hot) times what arrives at each row, made of operations that can be differentiated again. */
    private static Tensor crossEntropySlope(
            Tensor logits, Tensor target, Tensor weight, Tensor g, Reduction reduction, long ignoreIndex) {
        Tensor counts = target.ne(ignoreIndex);
        Tensor classes = Tensor.where(counts, target, Tensor.zerosLike(target));
        Tensor oneHot = classes.unsqueeze(1)
                .eq(Tensor.arange(logits.size(1)).to(logits.device()))
                .to(logits.dtype());
        Tensor row = counts.to(logits.dtype()).mul(reduction == Reduction.MEAN ? g.div(weight.to(g.dtype())) : g);
        return softmax(logits, 1).sub(oneHot).mul(row.unsqueeze(1));
    }

    /**
     * The negative of each row's log probability at its target class. {@code F.nll_loss}.
     *
     * @param logProb [n, classes] or [classes], F32 or F64
     * @param target I64 [n] or [], classes from 0
     * @param reduction how the rows are joined; MEAN divides by the rows that are not ignored
     * @param ignoreIndex a target whose row counts nothing
     * @return [n] or [] for NONE, else []
     */
    public static Tensor nllLoss(Tensor logProb, Tensor target, Reduction reduction, long ignoreIndex) {
        checkClasses("nllLoss", logProb, target);
        if (logProb.rank() == 1) {
            return one(nllLoss(View.unsqueeze(logProb, 0), target.view(1), reduction, ignoreIndex), reduction);
        }
        Tensor dense = logProb.isContiguous() ? logProb : logProb.contiguous();
        Tensor classes = target.contiguous();
        Tensor loss = logProb.newEmpty(reduction == Reduction.NONE ? target.shape() : Shape.scalar());
        Tensor weight = Tensor.empty(logProb.device(), DType.F64, Shape.scalar());
        logProb.device().kernels().norm().nllLoss(reduction, dense, classes, ignoreIndex, loss, weight);
        if (!Graph.records(logProb)) {
            return loss;
        }
        Saved saved = Saved.of(classes, weight);
        weight.release();
        Shape shape = dense.shape();
        return Graph.record("NllLossBackward0", loss, saved, Input.of(dense, g -> {
            if (!GradMode.isOn()) {
                return nllSlope(g.contiguous(), saved, shape, reduction, ignoreIndex);
            }
            // Linear in logProb: what arrives times a slope that is constant.
            Tensor slope = nllSlope(Tensor.onesLike(g), saved, shape, reduction, ignoreIndex);
            return slope.mul(reduction == Reduction.NONE ? g.unsqueeze(1) : g);
        }));
    }

    private static Tensor nllSlope(Tensor arriving, Saved saved, Shape shape, Reduction reduction, long ignoreIndex) {
        Tensor dx = arriving.newEmpty(shape);
        arriving.device()
                .kernels()
                .norm()
                .nllLossGrad(reduction, saved.get(0), ignoreIndex, arriving, saved.get(1), dx);
        return dx;
    }

    private static Tensor one(Tensor loss, Reduction reduction) {
        return reduction == Reduction.NONE ? View.squeeze(loss, 0) : loss;
    }

    private static void checkClasses(String op, Tensor x, Tensor target) {
        Checks.floating(op, x);
        Checks.indexes(op, target);
        Checks.sameDevice(op, x, target);
        Checks.require(
                x.rank() == target.rank() + 1 && x.rank() <= 2, op, "takes [n, classes] and targets [n]", x, target);
        Checks.require(x.rank() == 1 || x.size(0) == target.size(0), op, "counts of rows differ", x, target);
        Checks.require(x.size(-1) > 0, op, "there are no classes", x);
    }
}

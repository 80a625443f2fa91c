package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Kernels;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.memory.Operands;

/** Launches softmax and the losses on it; every operand is contiguous. */
final class CpuNorm implements Kernels.Norm {
    private static final Status.Place TARGET = new Status.Place("target", "classes");

    @Override
    public void softmax(boolean log, NdArray x, int dim, NdArray y) {
        Operands o = Operands.of(log ? "logSoftmax" : "softmax");
        try {
            o.add(x).add(y);
            requireAlike(o, x, y);
            int status = Gatun.gt_softmax(
                    x.dtype().code(), log ? 1 : 0, outer(x, dim), size(x, dim), inner(x, dim), o.at(0), o.at(1));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void softmaxGrad(boolean log, NdArray y, NdArray dy, int dim, NdArray dx) {
        Operands o = Operands.of(log ? "logSoftmax" : "softmax");
        try {
            o.add(y).add(dy).add(dx);
            requireAlike(o, y, dy);
            requireAlike(o, y, dx);
            int status = Gatun.gt_softmax_grad(
                    y.dtype().code(),
                    log ? 1 : 0,
                    outer(y, dim),
                    size(y, dim),
                    inner(y, dim),
                    o.at(0),
                    o.at(1),
                    o.at(2));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void crossEntropy(
            Reduction reduction,
            NdArray logits,
            NdArray target,
            long ignoreIndex,
            NdArray loss,
            NdArray prob,
            NdArray weight) {
        Operands o = Operands.of("crossEntropy");
        try {
            o.add(logits).add(target).add(loss).add(prob).add(weight);
            requireAlike(o, logits, prob);
            requireLoss(o, reduction, logits, target, loss, weight);
            int status = Gatun.gt_cross_entropy(
                    logits.dtype().code(),
                    reduction.code(),
                    logits.size(0),
                    logits.size(1),
                    o.at(0),
                    o.at(1),
                    ignoreIndex,
                    o.at(2),
                    o.at(3),
                    o.at(4),
                    o.position());
            Status.checkIndex(status, o, 1, TARGET, logits.size(1), "logits " + logits.describe());
        } finally {
            o.end();
        }
    }

    @Override
    public void crossEntropyGrad(
            Reduction reduction,
            NdArray prob,
            NdArray target,
            long ignoreIndex,
            NdArray dloss,
            NdArray weight,
            NdArray dlogits) {
        Operands o = Operands.of("crossEntropy");
        try {
            o.add(prob).add(target).add(dloss).add(weight).add(dlogits);
            requireAlike(o, prob, dlogits);
            requireLoss(o, reduction, prob, target, dloss, weight);
            int status = Gatun.gt_cross_entropy_grad(
                    prob.dtype().code(),
                    reduction.code(),
                    prob.size(0),
                    prob.size(1),
                    o.at(0),
                    o.at(1),
                    ignoreIndex,
                    o.at(2),
                    o.at(3),
                    o.at(4));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void nllLoss(
            Reduction reduction, NdArray logProb, NdArray target, long ignoreIndex, NdArray loss, NdArray weight) {
        Operands o = Operands.of("nllLoss");
        try {
            o.add(logProb).add(target).add(loss).add(weight);
            requireLoss(o, reduction, logProb, target, loss, weight);
            int status = Gatun.gt_nll_loss(
                    logProb.dtype().code(),
                    reduction.code(),
                    logProb.size(0),
                    logProb.size(1),
                    o.at(0),
                    o.at(1),
                    ignoreIndex,
                    o.at(2),
                    o.at(3),
                    o.position());
            Status.checkIndex(status, o, 1, TARGET, logProb.size(1), "logProb " + logProb.describe());
        } finally {
            o.end();
        }
    }

    @Override
    public void nllLossGrad(
            Reduction reduction, NdArray target, long ignoreIndex, NdArray dloss, NdArray weight, NdArray dlogProb) {
        Operands o = Operands.of("nllLoss");
        try {
            o.add(target).add(dloss).add(weight).add(dlogProb);
            requireLoss(o, reduction, dlogProb, target, dloss, weight);
            int status = Gatun.gt_nll_loss_grad(
                    dlogProb.dtype().code(),
                    reduction.code(),
                    dlogProb.size(0),
                    dlogProb.size(1),
                    o.at(0),
                    ignoreIndex,
                    o.at(1),
                    o.at(2),
                    o.at(3));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    private static void requireAlike(Operands o, NdArray x, NdArray y) {
        o.require(x.dtype() == y.dtype(), "dtypes differ");
        o.require(x.shape().equals(y.shape()), "shapes differ");
        o.require(x.isContiguous() && y.isContiguous(), "operands are not contiguous");
    }

    private static void requireLoss(
            Operands o, Reduction reduction, NdArray scores, NdArray target, NdArray loss, NdArray weight) {
        o.require(scores.rank() == 2 && scores.isContiguous(), "scores are not a contiguous matrix");
        o.require(
                target.dtype() == DType.I64 && target.count() == scores.size(0) && target.isContiguous(),
                "target is not i64, contiguous, one for each row");
        o.require(
                loss.dtype() == scores.dtype()
                        && loss.count() == (reduction == Reduction.NONE ? scores.size(0) : 1)
                        && loss.isContiguous(),
                "loss does not fit the reduction");
        o.require(weight.dtype() == DType.F64 && weight.count() == 1, "weight is not one f64");
    }

    static long outer(NdArray x, int dim) {
        long count = 1;
        for (int d = 0; d < Math.min(dim, x.rank()); d++) {
            count *= x.size(d);
        }
        return count;
    }

    /** The size along dim; a scalar has one element along dimension 0. */
    static long size(NdArray x, int dim) {
        Shape shape = x.shape();
        return shape.rank() == 0 ? 1 : shape.size(dim);
    }

    static long inner(NdArray x, int dim) {
        long count = 1;
        for (int d = dim + 1; d < x.rank(); d++) {
            count *= x.size(d);
        }
        return count;
    }
}

package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Along;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;

/** Launches softmax and the losses on it; every operand is contiguous. */
final class CpuNorm implements Kernels.Norm {
    private static final Status.Place TARGET = new Status.Place("target", "classes");

    @Override
    public void softmax(boolean log, NdArray x, int dim, NdArray y) {
        Operands o = Operands.of(log ? "logSoftmax" : "softmax");
        try {
            o.add(x).add(y);
            Require.alike(o, x, y);
            Along along = Along.of(x, dim);
            int status = Gatun.gt_softmax(
                    x.dtype().code(), log ? 1 : 0, along.outer(), along.size(), along.inner(), o.at(0), o.at(1));
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
            Require.alike(o, y, dy);
            Require.alike(o, y, dx);
            Along along = Along.of(y, dim);
            int status = Gatun.gt_softmax_grad(
                    y.dtype().code(),
                    log ? 1 : 0,
                    along.outer(),
                    along.size(),
                    along.inner(),
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
            Require.alike(o, logits, prob);
            Require.loss(o, reduction, logits, target, loss, weight);
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
            Require.alike(o, prob, dlogits);
            Require.loss(o, reduction, prob, target, dloss, weight);
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
            Require.loss(o, reduction, logProb, target, loss, weight);
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
            Require.loss(o, reduction, dlogProb, target, dloss, weight);
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
}

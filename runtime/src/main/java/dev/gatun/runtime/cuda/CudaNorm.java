package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Reduction;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Along;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Require;

/** Launches softmax and the losses on it; every operand is contiguous. */
final class CudaNorm implements Kernels.Norm {
    /** Elements of a row that a thread takes, at least where there are enough. */
    private static final int EACH = 4;

    /** Threads of a row whose neighbours are neighbours in memory. */
    private static final int MOST_ACROSS = 8;

    private final CudaDevice device;
    private final Launcher launcher;

    CudaNorm(CudaDevice device) {
        this.device = device;
        this.launcher = new Launcher(device, "norm");
    }

    private static int lanes(long n, long inner) {
        return (int) Math.min(Grid.powerOfTwo(Math.ceilDiv(n, EACH)), inner > 1 ? MOST_ACROSS : Grid.BLOCK);
    }

    private Launch start(String row, String name, DType dtype) {
        return launcher.start(launcher.kernel(row, name + "_" + dtype.name()));
    }

    @Override
    public void softmax(boolean log, NdArray x, int dim, NdArray y) {
        Operands o = Operands.of(log ? "logSoftmax" : "softmax");
        try {
            o.add(x).add(y);
            Require.alike(o, x, y);
            rows("softmax", log, x, dim, o, 2);
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
            rows("softmax_grad", log, y, dim, o, 3);
        } finally {
            o.end();
        }
    }

    private void rows(String name, boolean log, NdArray x, int dim, Operands o, int operands) {
        Grid.requireSupported(Grid.isFloat(x.dtype()), o);
        Along along = Along.of(x, dim);
        int lanes = lanes(along.size(), along.inner());
        Launch launch = start("softmax", name, x.dtype())
                .add(log ? 1 : 0)
                .add(along.outer())
                .add(along.size())
                .add(along.inner())
                .add(lanes);
        for (int i = 0; i < operands; i++) {
            launch.operand(o, i);
        }
        launch.run(Grid.blocks(device, along.outer() * along.inner() * lanes), Grid.BLOCK);
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
            loss(reduction, logits, ignoreIndex, o, "logits", 3, 4);
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
            loss(reduction, logProb, ignoreIndex, o, "logProb", -1, 3);
        } finally {
            o.end();
        }
    }

    /** Operands: scores, target, loss; prob, or -1 where the scores are log probabilities; weight. */
    private void loss(
            Reduction reduction, NdArray scores, long ignored, Operands o, String called, int prob, int weight) {
        DType dtype = scores.dtype();
        Grid.requireSupported(Grid.isFloat(dtype), o);
        long rows = scores.size(0);
        long n = scores.size(1);
        try (Storages scratch = new Storages(device)) {
            long losses = scratch.take(rows * Double.BYTES);
            if (rows > 0) {
                BadIndexes.Place bad =
                        new BadIndexes.Place(o, 1, "target", "classes", n, called, scores.dtype(), scores.shape());
                long noted = device.queue().badIndexes().expect(bad);
                if (prob >= 0) {
                    int lanes = lanes(n, 1);
                    start("loss", "cross_entropy", dtype)
                            .add(rows)
                            .add(n)
                            .add(lanes)
                            .operand(o, 0)
                            .operand(o, 1)
                            .add(ignored)
                            .operand(o, prob)
                            .address(losses)
                            .address(noted)
                            .run(Grid.blocks(device, rows * lanes), Grid.BLOCK);
                } else {
                    start("loss", "nll_loss", dtype)
                            .add(rows)
                            .add(n)
                            .operand(o, 0)
                            .operand(o, 1)
                            .add(ignored)
                            .address(losses)
                            .address(noted)
                            .run(Grid.blocks(device, rows), Grid.BLOCK);
                }
            }
            start("loss", "total_loss", dtype)
                    .add(reduction.code())
                    .add(rows)
                    .address(losses)
                    .operand(o, 1)
                    .add(ignored)
                    .operand(o, 2)
                    .operand(o, weight)
                    .run(1, Grid.BLOCK);
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
            o.add(target).add(dloss).add(weight).add(dlogits).add(prob);
            Require.alike(o, prob, dlogits);
            Require.loss(o, reduction, prob, target, dloss, weight);
            grad(reduction, dlogits, ignoreIndex, o);
        } finally {
            o.end();
        }
    }

    @Override
    public void nllLossGrad(
            Reduction reduction, NdArray target, long ignoreIndex, NdArray dloss, NdArray weight, NdArray dlogProb) {
        Operands o = Operands.of("nllLoss");
        try {
            o.add(target).add(dloss).add(weight).add(dlogProb).addOrNothing(null);
            Require.loss(o, reduction, dlogProb, target, dloss, weight);
            grad(reduction, dlogProb, ignoreIndex, o);
        } finally {
            o.end();
        }
    }

    /** Operands: target, dloss, weight, dx, prob or nothing. */
    private void grad(Reduction reduction, NdArray dx, long ignored, Operands o) {
        Grid.requireSupported(Grid.isFloat(dx.dtype()), o);
        start("loss", "loss_grad", dx.dtype())
                .add(reduction.code())
                .add(dx.size(0))
                .add(dx.size(1))
                .operand(o, 4)
                .operand(o, 0)
                .add(ignored)
                .operand(o, 1)
                .operand(o, 2)
                .operand(o, 3)
                .run(Grid.blocks(device, dx.count()), Grid.BLOCK);
    }
}

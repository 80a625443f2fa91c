package dev.gatun.runtime.cpu;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.bindings.kernels.gt_philox_state;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;

/** Launches random numbers; outputs are contiguous, the generator's state reaches the kernel by pointer. */
final class CpuRandom implements Kernels.Random {
    private final CpuDevice device;

    CpuRandom(CpuDevice device) {
        this.device = device;
    }

    @Override
    public void uniform(long seed, long offset, double lo, double hi, NdArray y) {
        Operands o = Operands.of("uniform");
        try {
            addOutput(o, y);
            Status.check(Gatun.gt_uniform(y.dtype().code(), y.count(), state(o, seed, offset), lo, hi, o.at(0)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void normal(long seed, long offset, double mean, double std, NdArray y) {
        Operands o = Operands.of("normal");
        try {
            addOutput(o, y);
            Status.check(Gatun.gt_normal(y.dtype().code(), y.count(), state(o, seed, offset), mean, std, o.at(0)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void bernoulli(long seed, long offset, double p, NdArray y) {
        Operands o = Operands.of("bernoulli");
        try {
            addOutput(o, y);
            Status.check(Gatun.gt_bernoulli(y.dtype().code(), y.count(), state(o, seed, offset), p, o.at(0)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void randint(long seed, long offset, long lo, long hi, NdArray y) {
        Operands o = Operands.of("randint");
        try {
            addOutput(o, y);
            o.require(y.dtype() == DType.I64, "result is not i64");
            Status.check(Gatun.gt_randint(y.count(), state(o, seed, offset), lo, hi, o.at(0)), o);
        } finally {
            o.end();
        }
    }

    @Override
    public void permutation(long seed, long offset, NdArray y) {
        Storage scratch = device.pool().allocate(Gatun.gt_permutation_scratch_bytes(y.count()));
        Operands o = Operands.of("permutation");
        try {
            addOutput(o, y);
            o.require(y.dtype() == DType.I64 && y.rank() == 1, "result is not i64 of rank 1");
            Status.check(Gatun.gt_permutation(y.count(), state(o, seed, offset), o.at(0), scratch.at(0)), o);
        } finally {
            o.end();
            scratch.release();
        }
    }

    @Override
    public void dropout(long seed, long offset, double p, NdArray x, NdArray y) {
        Operands o = Operands.of("dropout");
        try {
            addOutput(o, y);
            o.add(x);
            o.require(x.dtype() == y.dtype(), "dtypes differ");
            o.require(x.shape().equals(y.shape()), "shapes differ");
            o.require(x.isContiguous(), "x is not contiguous");
            int status = Gatun.gt_dropout(y.dtype().code(), y.count(), state(o, seed, offset), p, o.at(1), o.at(0));
            Status.check(status, o);
        } finally {
            o.end();
        }
    }

    private static void addOutput(Operands o, NdArray y) {
        o.add(y);
        o.require(y.isContiguous(), "result is not contiguous");
    }

    private static MemorySegment state(Operands o, long seed, long offset) {
        MemorySegment state = o.arguments();
        gt_philox_state.seed(state, seed);
        gt_philox_state.offset(state, offset);
        return state;
    }
}

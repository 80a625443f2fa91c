package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.Operands;

/** Launches random numbers; outputs are contiguous. */
final class CudaRandom implements Kernels.Random {
    private static final int DRAW_BITS = 24;

    private final CudaDevice device;
    private final Launcher launcher;

    CudaRandom(CudaDevice device) {
        this.device = device;
        this.launcher = new Launcher(device, "random");
    }

    /** A launch with the generator's state and the count, after y was added as the first operand. */
    private Launch start(String kernel, long seed, long offset, NdArray y) {
        return launcher.start(launcher.kernel(kernel))
                .add(seed)
                .add(offset)
                .drawing()
                .add(y.count());
    }

    private void run(Launch launch, NdArray y) {
        launch.run(Grid.blocks(device, Math.ceilDiv(y.count(), 2)), Grid.BLOCK);
    }

    private static void addOutput(Operands o, NdArray y) {
        o.add(y);
        o.require(y.isContiguous(), "result is not contiguous");
    }

    @Override
    public void uniform(long seed, long offset, double lo, double hi, NdArray y) {
        Operands o = Operands.of("uniform");
        try {
            addOutput(o, y);
            Grid.requireSupported(Grid.isFloat(y.dtype()), o);
            if (y.dtype() == DType.F32) {
                float low = (float) lo;
                float high = (float) hi;
                Launch launch = start("uniform_F32", seed, offset, y).add(low).add(high - low);
                run(launch.add(Math.nextAfter(high, low)).operand(o, 0), y);
            } else {
                Launch launch = start("uniform_F64", seed, offset, y).add(lo).add(hi - lo);
                run(launch.add(Math.nextAfter(hi, lo)).operand(o, 0), y);
            }
        } finally {
            o.end();
        }
    }

    @Override
    public void normal(long seed, long offset, double mean, double std, NdArray y) {
        Operands o = Operands.of("normal");
        try {
            addOutput(o, y);
            Grid.requireSupported(Grid.isFloat(y.dtype()), o);
            Launch launch = start("normal_" + y.dtype().name(), seed, offset, y);
            if (y.dtype() == DType.F32) {
                launch.add((float) mean).add((float) std);
            } else {
                launch.add(mean).add(std);
            }
            run(launch.operand(o, 0), y);
        } finally {
            o.end();
        }
    }

    @Override
    public void bernoulli(long seed, long offset, double p, NdArray y) {
        Operands o = Operands.of("bernoulli");
        try {
            addOutput(o, y);
            Launch launch = start("bernoulli_" + y.dtype().bytes() * Byte.SIZE, seed, offset, y);
            run(launch.add(threshold(p)).add(one(y.dtype())).operand(o, 0), y);
        } finally {
            o.end();
        }
    }

    /** A draw of 24 bits is below p just where it is below this. */
    private static int threshold(double p) {
        return (int) Math.ceil(p * (1 << DRAW_BITS));
    }

    /** The bits of 1. */
    private static long one(DType dtype) {
        return switch (dtype) {
            case F32 -> Float.floatToIntBits(1);
            case F64 -> Double.doubleToLongBits(1);
            case BF16 -> Float.floatToIntBits(1) >>> Short.SIZE;
            case F16 -> Float.floatToFloat16(1);
            case I64, I32, U8, BOOL -> 1;
        };
    }

    @Override
    public void randint(long seed, long offset, long lo, long hi, NdArray y) {
        Operands o = Operands.of("randint");
        try {
            addOutput(o, y);
            o.require(y.dtype() == DType.I64, "result is not i64");
            run(start("randint", seed, offset, y).add(lo).add(hi - lo).operand(o, 0), y);
        } finally {
            o.end();
        }
    }

    @Override
    public void permutation(long seed, long offset, NdArray y) {
        Operands o = Operands.of("permutation");
        try (Storages scratch = new Storages(device)) {
            addOutput(o, y);
            o.require(y.dtype() == DType.I64 && y.rank() == 1, "result is not i64 of rank 1");
            if (y.count() == 0) {
                return;
            }
            long size = Grid.powerOfTwo(y.count());
            long keys = scratch.take(size * Long.BYTES);
            long positions = scratch.take(size * Long.BYTES);
            long blocks = Grid.blocks(device, size);
            start("permutation_keys", seed, offset, y)
                    .add(size)
                    .address(keys)
                    .address(positions)
                    .run(blocks, Grid.BLOCK);
            CudaFunction step = launcher.kernel("permutation_step");
            for (long run = 2; run <= size; run *= 2) {
                for (long apart = run / 2; apart > 0; apart /= 2) {
                    launcher.start(step)
                            .add(size)
                            .add(run)
                            .add(apart)
                            .address(keys)
                            .address(positions)
                            .run(blocks, Grid.BLOCK);
                }
            }
            launcher.start(launcher.kernel("permutation_take"))
                    .add(y.count())
                    .address(positions)
                    .operand(o, 0)
                    .run(blocks, Grid.BLOCK);
        } finally {
            o.end();
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
            Grid.requireSupported(Grid.isFloat(y.dtype()), o);
            // At p = 1 no draw reaches the threshold, so nothing keeps what the infinite scale makes.
            Launch launch = start("dropout_" + y.dtype().name(), seed, offset, y);
            run(launch.add(threshold(p)).add(1 / (1 - p)).operand(o, 1).operand(o, 0), y);
        } finally {
            o.end();
        }
    }
}

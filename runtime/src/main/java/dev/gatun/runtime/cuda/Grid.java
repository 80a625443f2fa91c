package dev.gatun.runtime.cuda;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.memory.Operands;

/** How launches are cut into blocks, and what they refuse. */
final class Grid {
    /** Threads of a block: GT_BLOCK of {@code native/cuda/device.cuh}. */
    static final int BLOCK = 256;

    /** So many blocks keep a multiprocessor busy; threads go on to the next elements. */
    private static final int BLOCKS_EACH = 16;

    private Grid() {}

    /** Blocks for so many elements, a thread for each while there are few. Results do not depend on it. */
    static long blocks(CudaDevice device, long elements) {
        return Math.min(Math.ceilDiv(elements, BLOCK), (long) BLOCKS_EACH * device.multiprocessors());
    }

    /** The least power of two that is not smaller. */
    static long powerOfTwo(long x) {
        return x <= 1 ? 1 : Long.highestOneBit(x - 1) << 1;
    }

    /**
     * Refuses a dtype that an operation has no kernel for, in the words of the CPU.
     *
     * @throws GatunException that names the operation and its operands
     */
    static void requireSupported(boolean supported, Operands o) {
        if (!supported) {
            throw new GatunException(o.name() + ": GT_UNSUPPORTED (3): " + o.describe());
        }
    }

    /** Whether kernels of floats are there. */
    static boolean isFloat(DType dtype) {
        return dtype == DType.F32 || dtype == DType.F64;
    }
}

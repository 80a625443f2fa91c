package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.CUDA_KERNEL_NODE_PARAMS_v2_st;
import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.runtime.kernels.Unrepeatable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A launch in a graph whose arguments, some bytes of them, are others at each repetition. */
final class RepeatedLaunch {
    private final CudaFunction kernel;
    private final MemorySegment node;
    private final MemorySegment values;
    private final MemorySegment parameters;
    private final int changesFrom;
    private final int changesTo;

    /**
     * A launch as it was recorded.
     *
     * @param values arguments, copied
     * @param pointers to the arguments in {@code values}
     * @param blocks in three dimensions
     * @param changesFrom the first byte of the arguments that may change
     * @param changesTo past the last one
     */
    RepeatedLaunch(
            CudaFunction kernel,
            MemorySegment node,
            MemorySegment values,
            MemorySegment pointers,
            int[] blocks,
            int threads,
            int sharedBytes,
            int changesFrom,
            int changesTo) {
        this.kernel = kernel;
        this.node = node;
        this.changesFrom = changesFrom;
        this.changesTo = changesTo;
        Arena arena = Arena.ofAuto();
        this.values = arena.allocate(values.byteSize(), Long.BYTES).copyFrom(values);
        int count = (int) (pointers.byteSize() / Long.BYTES);
        MemorySegment own = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, count));
        for (int i = 0; i < count; i++) {
            long at = pointers.getAtIndex(ValueLayout.JAVA_LONG, i) - values.address();
            own.setAtIndex(ValueLayout.JAVA_LONG, i, this.values.address() + at);
        }
        parameters = CUDA_KERNEL_NODE_PARAMS_v2_st.allocate(arena);
        CUDA_KERNEL_NODE_PARAMS_v2_st.func(parameters, kernel.handle());
        CUDA_KERNEL_NODE_PARAMS_v2_st.gridDimX(parameters, blocks[0]);
        CUDA_KERNEL_NODE_PARAMS_v2_st.gridDimY(parameters, blocks[1]);
        CUDA_KERNEL_NODE_PARAMS_v2_st.gridDimZ(parameters, blocks[2]);
        CUDA_KERNEL_NODE_PARAMS_v2_st.blockDimX(parameters, threads);
        CUDA_KERNEL_NODE_PARAMS_v2_st.blockDimY(parameters, 1);
        CUDA_KERNEL_NODE_PARAMS_v2_st.blockDimZ(parameters, 1);
        CUDA_KERNEL_NODE_PARAMS_v2_st.sharedMemBytes(parameters, sharedBytes);
        CUDA_KERNEL_NODE_PARAMS_v2_st.kernelParams(parameters, own);
    }

    /** An argument that may change. */
    long get(int at) {
        return values.get(ValueLayout.JAVA_LONG, at);
    }

    void set(int at, long value) {
        values.set(ValueLayout.JAVA_LONG, at, value);
    }

    /**
     * Takes the arguments of another launch over.
     *
     * @throws IllegalStateException if it differs in more than what may change
     */
    void renew(CudaFunction other, MemorySegment given) {
        boolean same = other == kernel
                && given.byteSize() == values.byteSize()
                && MemorySegment.mismatch(given, 0, changesFrom, values, 0, changesFrom) < 0
                && MemorySegment.mismatch(given, changesTo, given.byteSize(), values, changesTo, values.byteSize()) < 0;
        if (!same) {
            throw Unrepeatable.update(other.toString(), kernel.toString(), other == kernel);
        }
        values.copyFrom(given);
    }

    /** Tells an executable graph the arguments of its next launch. */
    void apply(CudaDevice device, MemorySegment executable) {
        device.check(
                Cuda.cuGraphExecKernelNodeSetParams_v2(executable, node, parameters),
                "cuGraphExecKernelNodeSetParams",
                kernel.toString());
    }
}

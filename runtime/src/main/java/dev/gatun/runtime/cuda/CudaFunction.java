package dev.gatun.runtime.cuda;

import dev.gatun.bindings.Libraries;
import dev.gatun.bindings.cuda.Cuda;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A kernel of a loaded module, with the sizes of its parameters where the driver tells them. */
public final class CudaFunction {
    private static final int STATIC_LIMIT = 48 << 10; // dynamic shared memory beyond it must be asked for
    private static final int MOST_PARAMETERS = 128;

    private final CudaDevice device;
    private final String name;
    private final MemorySegment handle;
    private final int[] parameterBytes;
    private final boolean isKnown;
    private volatile int sharedLimit = STATIC_LIMIT;

    CudaFunction(CudaDevice device, String name, MemorySegment handle) {
        this.device = device;
        this.name = name;
        this.handle = handle;
        this.isKnown = Libraries.hasFunction("cuFuncGetParamInfo"); // since CUDA 12.4
        this.parameterBytes = isKnown ? parameters(device, handle) : new int[0];
    }

    private static int[] parameters(CudaDevice device, MemorySegment handle) {
        MemorySegment answer = CudaThread.enter(device).answer();
        int[] bytes = new int[MOST_PARAMETERS];
        int count = 0;
        MemorySegment size = answer.asSlice(Long.BYTES);
        while (count < MOST_PARAMETERS && Cuda.cuFuncGetParamInfo(handle, count, answer, size) == Cuda.CUDA_SUCCESS()) {
            bytes[count++] = (int) size.get(ValueLayout.JAVA_LONG, 0);
        }
        return Arrays.copyOf(bytes, count);
    }

    CudaDevice device() {
        return device;
    }

    String name() {
        return name;
    }

    MemorySegment handle() {
        return handle;
    }

    /**
     * Refuses an argument of another size than the kernel's parameter.
     *
     * @throws IllegalStateException that names both: a launch class is wrong
     */
    void checkArgument(int place, int bytes) {
        if (isKnown && (place >= parameterBytes.length || parameterBytes[place] != bytes)) {
            throw new IllegalStateException(name + ": argument " + place + " has " + bytes + " bytes: the kernel takes "
                    + Arrays.toString(parameterBytes));
        }
    }

    /** Refuses another number of arguments than the kernel takes. */
    void checkCount(int count) {
        if (isKnown && count != parameterBytes.length) {
            throw new IllegalStateException(
                    name + ": " + count + " arguments: the kernel takes " + Arrays.toString(parameterBytes));
        }
    }

    /** Allows launches with so much dynamic shared memory. */
    void allowShared(int bytes) {
        if (bytes > sharedLimit) {
            CudaThread.enter(device);
            device.check(
                    Cuda.cuFuncSetAttribute(handle, Cuda.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES(), bytes),
                    "cuFuncSetAttribute",
                    name);
            sharedLimit = bytes;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

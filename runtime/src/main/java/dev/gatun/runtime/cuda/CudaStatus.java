package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.runtime.GatunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/** What a status of the driver API means. */
final class CudaStatus {
    /** After these a card's work is lost, and every later call of the process gives the same status. */
    private static final Set<Integer> STICKY = Set.of(
            Cuda.CUDA_ERROR_ECC_UNCORRECTABLE(),
            Cuda.CUDA_ERROR_NVLINK_UNCORRECTABLE(),
            Cuda.CUDA_ERROR_ILLEGAL_ADDRESS(),
            Cuda.CUDA_ERROR_LAUNCH_TIMEOUT(),
            Cuda.CUDA_ERROR_CONTEXT_IS_DESTROYED(),
            Cuda.CUDA_ERROR_ASSERT(),
            Cuda.CUDA_ERROR_HARDWARE_STACK_ERROR(),
            Cuda.CUDA_ERROR_ILLEGAL_INSTRUCTION(),
            Cuda.CUDA_ERROR_MISALIGNED_ADDRESS(),
            Cuda.CUDA_ERROR_INVALID_ADDRESS_SPACE(),
            Cuda.CUDA_ERROR_INVALID_PC(),
            Cuda.CUDA_ERROR_LAUNCH_FAILED());

    private CudaStatus() {}

    static boolean isSticky(int status) {
        return STICKY.contains(status);
    }

    /** {@code CUDA_ERROR_INVALID_VALUE (1), invalid argument}. */
    static String text(int status) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
            String name =
                    Cuda.cuGetErrorName(status, pointer) == Cuda.CUDA_SUCCESS() ? string(pointer) : "unknown status";
            String meaning =
                    Cuda.cuGetErrorString(status, pointer) == Cuda.CUDA_SUCCESS() ? ", " + string(pointer) : "";
            return name + " (" + status + ")" + meaning;
        }
    }

    @SuppressWarnings("restricted") // a C string, its length unknown
    private static String string(MemorySegment pointer) {
        return pointer.get(ValueLayout.ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
    }

    /** For calls that belong to no device: nothing after success. */
    static void check(int status, String call) {
        if (status != Cuda.CUDA_SUCCESS()) {
            throw new GatunException(call + ": " + text(status));
        }
    }
}

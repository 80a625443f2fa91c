package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cublas.Cublas;
import dev.gatun.runtime.GatunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** cuBLAS on one queue: its handle, made when first needed, and what its statuses mean. */
final class CudaBlas {
    private final CudaQueue queue;
    private volatile @Nullable MemorySegment handle;
    private volatile boolean tf32;

    CudaBlas(CudaQueue queue) {
        this.queue = queue;
    }

    /** The handle, whose work goes to the queue; the context is bound. */
    MemorySegment handle() {
        CudaThread.enter(queue.device());
        MemorySegment made = handle;
        if (made == null) {
            made = make();
        }
        if (tf32 != queue.device().allowsTf32()) {
            tf32 = queue.device().allowsTf32();
            int mode = tf32 ? Cublas.CUBLAS_TF32_TENSOR_OP_MATH() : Cublas.CUBLAS_DEFAULT_MATH();
            check(Cublas.cublasSetMathMode(made, mode), "cublasSetMathMode", "");
        }
        return made;
    }

    private synchronized MemorySegment make() {
        MemorySegment made = handle;
        if (made == null) {
            CudaLibraries.ofProcess().load(CudaLibrary.CUBLAS);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment answer = arena.allocate(ValueLayout.ADDRESS);
                check(Cublas.cublasCreate_v2(answer), "cublasCreate", "");
                made = answer.get(ValueLayout.ADDRESS, 0);
            }
            check(Cublas.cublasSetStream_v2(made, queue.handle()), "cublasSetStream", "");
            check(Cublas.cublasSetMathMode(made, Cublas.CUBLAS_DEFAULT_MATH()), "cublasSetMathMode", "");
            handle = made;
        }
        return made;
    }

    /**
     * Nothing after success.
     *
     * @throws GatunException that names the call and what it got
     */
    @SuppressWarnings("restricted") // a C string, its length unknown
    static void check(int status, String call, String what) {
        if (status != Cublas.CUBLAS_STATUS_SUCCESS()) {
            String name = Cublas.cublasGetStatusName(status)
                    .reinterpret(Long.MAX_VALUE)
                    .getString(0);
            throw new GatunException(call + ": " + name + " (" + status + ")" + (what.isEmpty() ? "" : ": " + what));
        }
    }
}

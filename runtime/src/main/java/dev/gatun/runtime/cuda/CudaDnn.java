package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cudnn.Cudnn;
import dev.gatun.runtime.GatunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** cuDNN on one queue: its handle, made when first needed, and what its statuses mean. */
final class CudaDnn {
    private final CudaQueue queue;
    private volatile @Nullable MemorySegment handle;

    CudaDnn(CudaQueue queue) {
        this.queue = queue;
    }

    /**
     * The handle, whose work goes to the queue; the context is bound.
     *
     * @throws GatunException with one sentence, if there is no cuDNN
     */
    MemorySegment handle() {
        CudaThread.enter(queue.device());
        MemorySegment made = handle;
        return made != null ? made : make();
    }

    private synchronized MemorySegment make() {
        MemorySegment made = handle;
        if (made == null) {
            CudaLibraries.ofProcess().load(CudaLibrary.CUBLASLT); // which cuDNN asks the loader for
            CudaLibraries.ofProcess().load(CudaLibrary.CUDNN);
            made = create("cudnnCreate", Cudnn::cudnnCreate);
            check(Cudnn.cudnnSetStream(made, queue.handle()), "cudnnSetStream");
            handle = made;
        }
        return made;
    }

    /** A call that stores a pointer. */
    @FunctionalInterface
    interface Create {
        int call(MemorySegment answer);
    }

    static MemorySegment create(String call, Create create) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(ValueLayout.ADDRESS);
            check(create.call(answer), call);
            return answer.get(ValueLayout.ADDRESS, 0);
        }
    }

    static void check(int status, String call) {
        if (status != Cudnn.CUDNN_STATUS_SUCCESS()) {
            throw failure(status, call, "");
        }
    }

    /** What a status other than success is thrown as. */
    @SuppressWarnings("restricted") // a C string, its length unknown
    static GatunException failure(int status, String call, String what) {
        String name =
                Cudnn.cudnnGetErrorString(status).reinterpret(Long.MAX_VALUE).getString(0);
        return new GatunException(call + ": " + name + " (" + status + ")" + (what.isEmpty() ? "" : ": " + what));
    }
}

package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.memory.MemoryPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Memory of the host that the system leaves in its place, so that cards copy from it by themselves. */
final class PinnedMemory implements MemoryPool.Source {
    private static @Nullable MemoryPool pool;

    private final CudaDevice device;

    private PinnedMemory(CudaDevice device) {
        this.device = device;
    }

    /** The pool of the process, for all cards; its arrays are on the CPU. */
    static synchronized MemoryPool pool(CudaDevice device) {
        MemoryPool made = pool;
        if (made == null) {
            made = new MemoryPool(Device.cpu(), new PinnedMemory(device), "gatun.pinned.memory");
            pool = made;
        }
        return made;
    }

    @Override
    public long map(long bytes) {
        MemorySegment answer = CudaThread.enter(device).answer();
        int status = Cuda.cuMemHostAlloc(answer, bytes, Cuda.CU_MEMHOSTALLOC_PORTABLE());
        if (status == Cuda.CUDA_ERROR_OUT_OF_MEMORY()) {
            return 0;
        }
        device.check(status, "cuMemHostAlloc", bytes + " bytes");
        return answer.get(ValueLayout.JAVA_LONG, 0);
    }

    @Override
    public void unmap(long address, long bytes) {
        CudaThread.enter(device);
        device.check(Cuda.cuMemFreeHost(MemorySegment.ofAddress(address)), "cuMemFreeHost", bytes + " bytes");
    }

    @Override
    public long totalBytes() {
        return Gatun.gt_physical_bytes();
    }

    @Override
    public boolean isPinned() {
        return true;
    }
}

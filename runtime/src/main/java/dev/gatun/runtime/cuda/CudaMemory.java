package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.runtime.memory.MemoryPool;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The memory of a card, for the pool of one queue. */
record CudaMemory(CudaDevice device) implements MemoryPool.Source {
    @Override
    public long map(long bytes) {
        if (!device.reserve(bytes)) {
            return 0;
        }
        MemorySegment answer = CudaThread.enter(device).answer();
        int status = CudaGraph.beside(() -> Cuda.cuMemAlloc_v2(answer, bytes));
        if (status != Cuda.CUDA_SUCCESS()) {
            device.reserve(-bytes);
            if (status == Cuda.CUDA_ERROR_OUT_OF_MEMORY()) {
                return 0;
            }
            throw device.failure(status, "cuMemAlloc", bytes + " bytes");
        }
        return answer.get(ValueLayout.JAVA_LONG, 0);
    }

    /** Waits first: what was put on a queue before may still use the memory. */
    @Override
    public void unmap(long address, long bytes) {
        device.await();
        device.check(Cuda.cuMemFree_v2(address), "cuMemFree", bytes + " bytes");
        device.reserve(-bytes);
    }

    @Override
    public long totalBytes() {
        return device.totalBytes();
    }

    @Override
    public boolean isOnHost() {
        return false;
    }

    @Override
    public void makeRoom() {
        if (device.queue().recorded() == null) { // others would be waited for
            device.trim();
        }
    }

    @Override
    public void read(long address, MemorySegment target) {
        device.staging().read(CudaThread.stream(device).queue(), address, target);
    }

    @Override
    public void write(MemorySegment source, long address) {
        device.staging().write(CudaThread.stream(device).queue(), source, address);
    }

    @Override
    public void write(Storage from, long offset, long address, long bytes) {
        if (from.pool().isPinned()) {
            CudaThread.stream(device).queue().copyPinned(from, offset, address, bytes);
        } else {
            MemoryPool.Source.super.write(from, offset, address, bytes);
        }
    }
}

package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.Cuda;
import java.lang.foreign.MemorySegment;

/**
 * Copies between a card and any memory of the host, the Java heap included, through two halves of a pinned buffer: one
 * is filled while the other is under way.
 */
final class CudaStaging {
    private static final long HALF_BYTES = 2 << 20;

    private final CudaDevice device;
    private final MemorySegment[] halves = new MemorySegment[2];
    private final MemorySegment[] events = new MemorySegment[2]; // of the copies that use the halves
    private boolean ready;

    CudaStaging(CudaDevice device) {
        this.device = device;
    }

    private void prepare() {
        if (!ready) {
            MemorySegment buffer = device.pinned(2 * HALF_BYTES);
            for (int i = 0; i < 2; i++) {
                halves[i] = buffer.asSlice(i * HALF_BYTES, HALF_BYTES);
                events[i] = CudaEvent.create(device, Cuda.CU_EVENT_DISABLE_TIMING());
            }
            ready = true;
        }
        CudaThread.enter(device);
    }

    /** Copies to the device in the order of a queue; returns when the source may be changed. */
    synchronized void write(CudaQueue queue, MemorySegment source, long address) {
        CudaThread.refuseRecording("write");
        prepare();
        long bytes = source.byteSize();
        int half = 0;
        for (long at = 0; at < bytes; at += HALF_BYTES) {
            long length = Math.min(HALF_BYTES, bytes - at);
            device.check(Cuda.cuEventSynchronize(events[half]), "cuEventSynchronize");
            MemorySegment.copy(source, at, halves[half], 0, length);
            device.check(
                    Cuda.cuMemcpyHtoDAsync_v2(address + at, halves[half], length, queue.handle()),
                    "cuMemcpyHtoDAsync",
                    length + " bytes");
            queue.record(events[half]);
            half = 1 - half;
        }
    }

    /** Copies to the host in the order of a queue; returns when all is there. */
    synchronized void read(CudaQueue queue, long address, MemorySegment target) {
        CudaThread.refuseRecording("read");
        long calls = queue.badIndexes().count();
        prepare();
        long bytes = target.byteSize();
        long pending = -1; // where the copy that is under way goes
        int half = 0;
        for (long at = 0; at < bytes; at += HALF_BYTES) {
            long length = Math.min(HALF_BYTES, bytes - at);
            device.check(Cuda.cuEventSynchronize(events[half]), "cuEventSynchronize");
            device.check(
                    Cuda.cuMemcpyDtoHAsync_v2(halves[half], address + at, length, queue.handle()),
                    "cuMemcpyDtoHAsync",
                    length + " bytes");
            queue.record(events[half]);
            if (pending >= 0) {
                take(1 - half, target, pending);
            }
            pending = at;
            half = 1 - half;
        }
        if (pending >= 0) {
            take(1 - half, target, pending);
        }
        queue.badIndexes().check(calls);
    }

    private void take(int half, MemorySegment target, long at) {
        device.check(Cuda.cuEventSynchronize(events[half]), "cuEventSynchronize");
        MemorySegment.copy(halves[half], 0, target, at, Math.min(HALF_BYTES, target.byteSize() - at));
    }
}

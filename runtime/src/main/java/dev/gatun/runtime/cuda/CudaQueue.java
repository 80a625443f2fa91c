package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.runtime.memory.MemoryPool;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the driver with the memory that is handed out in its order: a block that is released may be used again by
 * what is put on the stream next, since that runs later. Queues are few and never destroyed; a stream that is closed
 * leaves its queue to the next one.
 */
final class CudaQueue implements MemoryPool.User {
    /** Whether each launch is waited for. */
    static final boolean WAITS = "cuda".equals(System.getProperty("gatun.debug"));

    private final CudaDevice device;
    private final MemorySegment handle;
    private final MemoryPool pool;
    private final Map<Storage, MemorySegment> copies = new HashMap<>(); // events; guarded by itself
    private final CudaBlas blas = new CudaBlas(this);
    private final CudaBlasLt blasLt = new CudaBlasLt(this);
    private final CudaDnn dnn = new CudaDnn(this);
    private final BadIndexes badIndexes = new BadIndexes(this);
    private final Object gate = new Object(); // nobody waits for a stream that is captured
    private volatile @Nullable CudaGraph recorded; // what is put here becomes part of

    /** A queue that waits for no other, not even for the default stream of the process. */
    CudaQueue(CudaDevice device) {
        this.device = device;
        MemorySegment answer = CudaThread.enter(device).answer();
        device.check(Cuda.cuStreamCreate(answer, Cuda.CU_STREAM_NON_BLOCKING()), "cuStreamCreate");
        this.handle = answer.get(ValueLayout.ADDRESS, 0);
        this.pool = new MemoryPool(device, new CudaMemory(device), CudaDevice.MEMORY);
    }

    CudaDevice device() {
        return device;
    }

    MemorySegment handle() {
        return handle;
    }

    MemoryPool pool() {
        return pool;
    }

    CudaBlas blas() {
        return blas;
    }

    CudaBlasLt blasLt() {
        return blasLt;
    }

    CudaDnn dnn() {
        return dnn;
    }

    /** What kernels of this queue found; to be looked at by whoever waits for it. */
    BadIndexes badIndexes() {
        return badIndexes;
    }

    /** Notes that what is put on this queue uses memory, which may be another queue's, or another owner's. */
    void touch(Storage storage) {
        if (storage.pool() != pool || storage.lender() != null) {
            CudaGraph graph = recorded;
            if (graph == null) {
                storage.usedBy(this);
            } else {
                graph.hold(storage);
            }
        }
    }

    /** Lets what is put here become part of a graph. */
    void beginCapture(CudaGraph graph) {
        CudaThread.enter(device);
        synchronized (gate) {
            device.check(
                    Cuda.cuStreamBeginCapture_v2(handle, Cuda.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL()),
                    "cuStreamBeginCapture");
            recorded = graph;
        }
    }

    /** Lets what is put here run again; stores the driver's graph, or a null pointer, and returns the status. */
    int endCapture(MemorySegment answer) {
        synchronized (gate) {
            answer.set(ValueLayout.JAVA_LONG, 0, 0);
            int status = Cuda.cuStreamEndCapture(handle, answer);
            recorded = null;
            return status;
        }
    }

    /** Waits for all that runs here, for a device that waits for all its queues. */
    void await() {
        CudaThread.enter(device);
        synchronized (gate) {
            if (recorded == null) {
                device.check(Cuda.cuStreamSynchronize(handle), "cuStreamSynchronize");
            }
        }
    }

    /** The same of the first operands of a call, which must be this device's. */
    void touch(Operands o, int count) {
        for (int i = 0; i < count; i++) {
            Storage storage = o.storage(i);
            if (storage != null) {
                o.require(storage.pool().device() == device, "operands on different devices");
                touch(storage);
            }
        }
    }

    @Nullable
    CudaGraph recorded() {
        return recorded;
    }

    /** Notes a launch, so that a failure seen later can name it. */
    void launched(CudaFunction kernel) {
        device.launched(kernel);
        if (WAITS) { // then there are no graphs
            synchronize();
        }
    }

    /** Waits until the queue is empty, and says which index was out of range. */
    void synchronize() {
        CudaThread.refuseRecording("synchronize");
        CudaThread.enter(device);
        long calls = badIndexes.count();
        device.check(Cuda.cuStreamSynchronize(handle), "cuStreamSynchronize");
        badIndexes.check(calls);
    }

    boolean isDone() {
        CudaThread.refuseRecording("isDone");
        CudaThread.enter(device);
        int status = Cuda.cuStreamQuery(handle);
        if (status != Cuda.CUDA_ERROR_NOT_READY()) {
            device.check(status, "cuStreamQuery");
        }
        return status == Cuda.CUDA_SUCCESS();
    }

    /** Lets what is put on this queue from now on wait for an event. */
    void waitFor(MemorySegment event) {
        CudaThread.refuseRecording("waitFor");
        CudaThread.enter(device);
        device.check(Cuda.cuStreamWaitEvent(handle, event, 0), "cuStreamWaitEvent");
    }

    /** Records where the queue is now. */
    void record(MemorySegment event) {
        CudaThread.refuseRecording("record");
        CudaThread.enter(device);
        device.check(Cuda.cuEventRecord(event, handle), "cuEventRecord");
    }

    /** The handle for what waits here on the device; none while a graph is recorded, of which the wait is no part. */
    private OptionalLong orderHandle() {
        return recorded == null ? OptionalLong.of(handle.address()) : OptionalLong.empty();
    }

    /** Copies from pinned memory of the host without waiting; the memory is not handed out again before that is done. */
    void copyPinned(Storage from, long offset, long address, long bytes) {
        CudaThread.refuseRecording("to");
        CudaThread.enter(device);
        device.check(
                Cuda.cuMemcpyHtoDAsync_v2(address, from.at(offset), bytes, handle),
                "cuMemcpyHtoDAsync",
                bytes + " bytes");
        synchronized (copies) {
            record(copies.computeIfAbsent(from, storage -> device.takeEvent()));
        }
        from.usedBy(this);
    }

    /**
     * Lets the queue that hands the memory out again, or its owner's stream, wait until this one is done with it; where that
     * is the host, waits here. A card that has failed is not waited for: who uses it next is told.
     */
    @Override
    public void settle(Storage storage) {
        CudaThread.enter(device);
        if (storage.pool().isPinned()) {
            MemorySegment event;
            synchronized (copies) {
                event = Objects.requireNonNull(copies.remove(storage));
            }
            Cuda.cuEventSynchronize(event);
            device.giveEvent(event);
            return;
        }
        device.withEvent(event -> {
            if (Cuda.cuEventRecord(event, handle) != Cuda.CUDA_SUCCESS()) {
                return;
            }
            Storage.Lender lender = storage.lender();
            OptionalLong next = lender == null ? device.queueOf(storage.pool()).orderHandle() : lender.stream();
            if (next.isPresent()) {
                Cuda.cuStreamWaitEvent(MemorySegment.ofAddress(next.getAsLong()), event, 0);
            } else {
                CudaGraph.beside(() -> Cuda.cuEventSynchronize(event));
            }
        });
    }
}

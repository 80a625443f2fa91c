package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.runtime.Event;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;

/** An event of a card, destroyed when it is closed or unreachable. */
final class CudaEvent extends Event {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final double MILLIS = 1e-3;

    private final CudaDevice device;
    private final MemorySegment handle;
    private final Cleaner.Cleanable cleanable;
    private volatile boolean closed;

    /** What is left to do; it knows nothing of the event. */
    private record Destruction(CudaDevice device, MemorySegment handle) implements Runnable {
        @Override
        public void run() {
            CudaThread.enter(device);
            Cuda.cuEventDestroy_v2(handle); // nobody is there to hear of a failure
        }
    }

    /** An event where the queue is now. */
    CudaEvent(CudaQueue queue) {
        device = queue.device();
        handle = create(device, Cuda.CU_EVENT_DEFAULT());
        cleanable = CLEANER.register(this, new Destruction(device, handle));
        queue.record(handle);
    }

    static MemorySegment create(CudaDevice device, int flags) {
        MemorySegment answer = CudaThread.enter(device).answer();
        device.check(Cuda.cuEventCreate(answer, flags), "cuEventCreate");
        return answer.get(ValueLayout.ADDRESS, 0);
    }

    MemorySegment handle(String op) {
        if (closed) {
            throw new IllegalStateException(op + ": the event was closed");
        }
        CudaThread.enter(device);
        return handle;
    }

    @Override
    public CudaDevice device() {
        return device;
    }

    @Override
    public void synchronize() {
        device.check(Cuda.cuEventSynchronize(handle("synchronize")), "cuEventSynchronize");
    }

    @Override
    public boolean isDone() {
        int status = Cuda.cuEventQuery(handle("isDone"));
        if (status != Cuda.CUDA_ERROR_NOT_READY()) {
            device.check(status, "cuEventQuery");
        }
        return status == Cuda.CUDA_SUCCESS();
    }

    @Override
    public double secondsSince(Event earlier) {
        if (!(earlier instanceof CudaEvent start) || start.device != device) {
            throw new IllegalArgumentException(
                    "secondsSince: the events are of " + earlier.device() + " and " + device);
        }
        start.synchronize();
        synchronize();
        MemorySegment answer = CudaThread.enter(device).answer();
        device.check(Cuda.cuEventElapsedTime(answer, start.handle, handle), "cuEventElapsedTime");
        return answer.get(ValueLayout.JAVA_FLOAT, 0) * MILLIS;
    }

    @Override
    public void close() {
        closed = true;
        cleanable.clean();
    }
}

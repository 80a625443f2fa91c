package dev.gatun.runtime.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to a thread that uses cards: the card whose context is bound to it, its current streams, and scratch for
 * calls. It dies with the thread.
 */
final class CudaThread {
    private static final ThreadLocal<CudaThread> CURRENT = ThreadLocal.withInitial(CudaThread::new);
    private static final long ALIGNMENT = 64;

    private final MemorySegment answer = Arena.ofAuto().allocate(ALIGNMENT, ALIGNMENT);
    private final Launch launch = new Launch();
    private @Nullable CudaDevice bound;
    private @Nullable CudaStream[] streams = new CudaStream[1]; // the current one of each device, if not the default

    private CudaThread() {}

    /** This thread's state, with a device's context bound to it. */
    static CudaThread enter(CudaDevice device) {
        CudaThread thread = CURRENT.get();
        // A virtual thread may run on another thread of the system by now.
        if (thread.bound != device || Thread.currentThread().isVirtual()) {
            device.bindContext();
            thread.bound = device;
        }
        return thread;
    }

    /** The current stream of a device on this thread. */
    static CudaStream stream(CudaDevice device) {
        @Nullable CudaStream[] streams = CURRENT.get().streams;
        int index = device.index();
        CudaStream own = index < streams.length ? streams[index] : null;
        return own == null ? device.defaultStream() : own;
    }

    /** Sets the current stream of its device on this thread. */
    static void use(CudaStream stream) {
        CudaThread thread = CURRENT.get();
        int index = stream.device().index();
        if (index >= thread.streams.length) {
            thread.streams = Arrays.copyOf(thread.streams, index + 1);
        }
        thread.streams[index] = stream;
    }

    /** Where a call stores what it answers, up to 64 bytes. */
    MemorySegment answer() {
        return answer;
    }

    /** The pointer that a call stored. */
    MemorySegment answeredPointer() {
        return answer.get(ValueLayout.ADDRESS, 0);
    }

    /** The launch that this thread puts together, one at a time. */
    Launch launch() {
        return launch;
    }
}

package dev.gatun.runtime.cuda;

import dev.gatun.runtime.kernels.Unrepeatable;
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
    private final Launch launch = new Launch(this);
    private @Nullable CudaDevice bound;
    private @Nullable CudaStream[] streams = new CudaStream[1]; // the current one of each device, if not the default

    private @Nullable CudaGraph recorded; // that this thread records or rehearses
    private @Nullable CudaGraph renewed; // whose updates this thread calls to note their numbers

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
        refuseRecording("use");
        CudaThread thread = CURRENT.get();
        int index = stream.device().index();
        if (index >= thread.streams.length) {
            thread.streams = Arrays.copyOf(thread.streams, index + 1);
        }
        thread.streams[index] = stream;
    }

    /** Lets this thread record a graph, or none any more. */
    static void record(@Nullable CudaGraph graph) {
        CURRENT.get().recorded = graph;
    }

    static boolean isRecording() {
        return CURRENT.get().recorded != null;
    }

    /** Lets this thread's launches be noted for a graph, or launched again. */
    static void renew(@Nullable CudaGraph graph) {
        CURRENT.get().renewed = graph;
    }

    @Nullable
    CudaGraph renewed() {
        return renewed;
    }

    /**
     * Refuses what a graph cannot repeat.
     *
     * @param what the work does, as the message's beginning
     */
    static void refuseRecording(String what) {
        if (isRecording()) {
            throw Unrepeatable.work(what);
        }
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

package dev.gatun.runtime.cuda;

import dev.gatun.bindings.Libraries;
import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.DeviceGraph;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.MemoryStats;
import dev.gatun.runtime.Stream;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.MemoryPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One CUDA card, by its index: the primary context of the process, which other libraries share, its queues and their
 * memory, and the kernels. Calls put work on a stream and return; {@code item()}, copies to the host and printing wait.
 * {@code -Dgatun.cuda.memory.limit} bounds the memory of each card; {@code -Dgatun.debug=cuda} waits after each kernel, so
 * that a failure names the one that failed; {@code -Dgatun.cuda.memory.caching=false} lets compute-sanitizer see where
 * each array ends.
 */
public final class CudaDevice extends Device {
    /** What the names of the properties of memory begin with. */
    static final String MEMORY = "gatun.cuda.memory";

    private static final List<@Nullable CudaDevice> DEVICES = new ArrayList<>(); // by index, null where not used yet

    private final int index;
    private final MemorySegment context;
    private final String model;
    private final int capability;
    private final int multiprocessors;
    private final long totalBytes;
    private final CudaStream defaultStream;
    private final CudaCompiler compiler;
    private final CudaStaging staging = new CudaStaging(this);
    private final CudaKernels kernels;

    private final List<CudaQueue> queues = new ArrayList<>(); // guarded by itself
    private final Deque<CudaQueue> idleQueues = new ArrayDeque<>(); // guarded by queues
    private final Deque<MemorySegment> idleEvents = new ArrayDeque<>(); // guarded by itself
    private final Object memoryLock = new Object();
    private long mapped; // guarded by memoryLock

    private volatile boolean tf32 = Boolean.getBoolean("gatun.cuda.tf32");
    private volatile @Nullable CudaFunction last;
    private volatile @Nullable String failure;

    private CudaDevice(int index) {
        this.index = index;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(ValueLayout.JAVA_LONG);
            CudaStatus.check(Cuda.cuDeviceGet(answer, index), "cuDeviceGet");
            int ordinal = answer.get(ValueLayout.JAVA_INT, 0);
            model = name(arena, ordinal);
            capability = 10 * attribute(answer, ordinal, Cuda.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR())
                    + attribute(answer, ordinal, Cuda.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR());
            multiprocessors = attribute(answer, ordinal, Cuda.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT());
            CudaStatus.check(Cuda.cuDeviceTotalMem_v2(answer, ordinal), "cuDeviceTotalMem");
            totalBytes = answer.get(ValueLayout.JAVA_LONG, 0);
            CudaStatus.check(Cuda.cuDevicePrimaryCtxRetain(answer, ordinal), "cuDevicePrimaryCtxRetain");
            context = answer.get(ValueLayout.ADDRESS, 0);
        }
        compiler = new CudaCompiler(
                CudaLibraries.ofProcess(),
                new CubinCache(Libraries.cacheFolder().resolve("cuda")),
                capability);
        defaultStream = new CudaStream(newQueue());
        kernels = new CudaKernels(this);
    }

    private static String name(Arena arena, int ordinal) {
        MemorySegment text = arena.allocate(256);
        CudaStatus.check(Cuda.cuDeviceGetName(text, (int) text.byteSize(), ordinal), "cuDeviceGetName");
        return text.getString(0);
    }

    private static int attribute(MemorySegment answer, int ordinal, int attribute) {
        CudaStatus.check(Cuda.cuDeviceGetAttribute(answer, attribute, ordinal), "cuDeviceGetAttribute");
        return answer.get(ValueLayout.JAVA_INT, 0);
    }

    /**
     * A card.
     *
     * @param index from 0
     * @return the device, always the same for one index
     * @throws GatunException if a library is missing, or there is no such card; one sentence that says what was looked for
     * @throws IllegalArgumentException if the index is negative
     */
    public static CudaDevice get(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("cuda: the index is negative: " + index);
        }
        synchronized (DEVICES) {
            int count = count();
            if (index >= count) {
                throw new GatunException(
                        "cuda: no card " + index + ": there " + (count == 1 ? "is 1" : "are " + count));
            }
            CudaLibraries.ofProcess().requireAll();
            while (DEVICES.size() < count) {
                DEVICES.add(null);
            }
            CudaDevice made = DEVICES.get(index);
            if (made == null) {
                made = new CudaDevice(index);
                DEVICES.set(index, made);
            }
            return made;
        }
    }

    /** The first card, or {@code null} where there is none that can be used, or not every library. */
    public static @Nullable CudaDevice complete() {
        try {
            CudaDevice first = get(0);
            CudaLibraries.ofProcess().find(CudaLibrary.CUDNN);
            return first;
        } catch (GatunException e) {
            return null;
        }
    }

    /**
     * How many cards the driver counts.
     *
     * @throws GatunException if there is no driver, or it finds no card
     */
    public static int count() {
        CudaLibraries.ofProcess().load(CudaLibrary.DRIVER);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(ValueLayout.JAVA_INT);
            CudaStatus.check(Cuda.cuDeviceGetCount(answer), "cuDeviceGetCount");
            return answer.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** What there is of CUDA: a line for each library, with version and file or what was looked for, and each card. */
    public static List<String> report() {
        CudaLibraries libraries = CudaLibraries.ofProcess();
        List<String> lines = new ArrayList<>();
        for (CudaLibrary library : CudaLibrary.ALL) {
            lines.add("%-8s %s".formatted(library.name(), withoutOwner(libraries.describe(library))));
        }
        try {
            int count = count();
            for (int i = 0; i < count; i++) {
                lines.add(get(i).describe());
            }
        } catch (GatunException e) {
            String problem = withoutOwner(String.valueOf(e.getMessage()));
            if (lines.stream().noneMatch(line -> line.endsWith(problem))) {
                lines.add(problem);
            }
        }
        return lines;
    }

    private static String withoutOwner(String line) {
        String owner = "cuda: ";
        return line.startsWith(owner) ? line.substring(owner.length()) : line;
    }

    @Override
    public int index() {
        return index;
    }

    long totalBytes() {
        return totalBytes;
    }

    /** How many blocks can run at the same time, at least: the multiprocessors. */
    int multiprocessors() {
        return multiprocessors;
    }

    CudaCompiler compiler() {
        return compiler;
    }

    CudaStaging staging() {
        return staging;
    }

    CudaStream defaultStream() {
        return defaultStream;
    }

    void bindContext() {
        CudaStatus.check(Cuda.cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    /**
     * Nothing after success.
     *
     * @throws GatunException that names the call
     */
    void check(int status, String call) {
        if (status != Cuda.CUDA_SUCCESS()) {
            throw failure(status, call, "");
        }
    }

    /** As {@link #check(int, String)}, saying what the call got. */
    void check(int status, String call, String what) {
        if (status != Cuda.CUDA_SUCCESS()) {
            throw failure(status, call, what);
        }
    }

    /**
     * The exception for a status. Work that fails on the card is seen by a later call, and by each after it: the first one
     * says so, the others that the card cannot be used any more.
     */
    GatunException failure(int status, String call, String what) {
        String line = call + ": " + CudaStatus.text(status) + (what.isEmpty() ? "" : ": " + what);
        if (!CudaStatus.isSticky(status)) {
            return new GatunException(line);
        }
        String first = failure;
        if (first != null) {
            return new GatunException(
                    "cuda: " + name() + " cannot be used any more since " + first + "; start the program anew");
        }
        failure = line;
        CudaFunction launched = last;
        String where = launched == null ? "" : "; the kernel launched last was " + launched;
        return new GatunException(line + ": work put on " + name() + " before has failed" + where
                + "; -Dgatun.debug=cuda finds the kernel");
    }

    /** Notes the kernel that was launched last. */
    void launched(CudaFunction kernel) {
        last = kernel;
    }

    private CudaQueue newQueue() {
        CudaQueue queue = new CudaQueue(this);
        synchronized (queues) {
            queues.add(queue);
        }
        return queue;
    }

    private List<CudaQueue> queues() {
        synchronized (queues) {
            return List.copyOf(queues);
        }
    }

    /** The queue whose order a pool follows. */
    CudaQueue queueOf(MemoryPool pool) {
        for (CudaQueue queue : queues()) {
            if (queue.pool() == pool) {
                return queue;
            }
        }
        throw new IllegalStateException("memory: no queue of " + name() + " has this pool");
    }

    void giveQueue(CudaQueue queue) {
        synchronized (queues) {
            idleQueues.add(queue);
        }
    }

    /** An event without time, for an order between queues. */
    MemorySegment takeEvent() {
        synchronized (idleEvents) {
            MemorySegment idle = idleEvents.poll();
            if (idle != null) {
                return idle;
            }
        }
        return CudaEvent.create(this, Cuda.CU_EVENT_DISABLE_TIMING());
    }

    void giveEvent(MemorySegment event) {
        synchronized (idleEvents) {
            idleEvents.push(event);
        }
    }

    /** Lends an event: a wait is for what was recorded before, whatever the event is used for next. */
    void withEvent(Consumer<MemorySegment> use) {
        MemorySegment event = takeEvent();
        try {
            use.accept(event);
        } finally {
            giveEvent(event);
        }
    }

    @Override
    public Stream stream() {
        return CudaThread.stream(this);
    }

    @Override
    public CudaStream newStream() {
        CudaQueue idle;
        synchronized (queues) {
            idle = idleQueues.poll();
        }
        return new CudaStream(idle == null ? newQueue() : idle);
    }

    @Override
    public void synchronize() {
        CudaThread.refuseRecording("synchronize");
        List<CudaQueue> all = queues();
        long[] calls =
                all.stream().mapToLong(queue -> queue.badIndexes().count()).toArray();
        await();
        for (int i = 0; i < calls.length; i++) {
            all.get(i).badIndexes().check(calls[i]);
        }
    }

    /** Waits for each queue; waiting for the context at once would break what another thread records. */
    void await() {
        queues().forEach(CudaQueue::await);
    }

    @Override
    public void beforeHostAccess(String op) {
        CudaThread.refuseRecording(op);
    }

    @Override
    public Optional<DeviceGraph> newGraph() {
        return CudaQueue.WAITS || !pool().caches() ? Optional.empty() : Optional.of(new CudaGraph(this));
    }

    /** Lets what is put on a queue from now on wait for what is on another. */
    void order(CudaQueue before, CudaQueue after) {
        withEvent(event -> {
            before.record(event);
            after.waitFor(event);
        });
    }

    /** Looks no more at the index values of a graph. */
    void forget(BadIndexes.Kept kept) {
        queues().forEach(queue -> queue.badIndexes().forget(kept));
    }

    @Override
    public void allowTf32(boolean allowed) {
        tf32 = allowed;
    }

    @Override
    public boolean allowsTf32() {
        return tf32;
    }

    /** The queue of this thread's current stream. */
    CudaQueue queue() {
        return CudaThread.stream(this).queue();
    }

    /** The memory that is handed out in the order of this thread's current stream. */
    @Override
    @SuppressWarnings("exports") // as in Device
    public MemoryPool pool() {
        return queue().pool();
    }

    @Override
    @SuppressWarnings("exports") // as in Device
    public MemoryPool hostPool() {
        return PinnedMemory.pool(this);
    }

    /** Takes bytes into account, of all queues together; false where the limit would be passed. */
    boolean reserve(long bytes) {
        synchronized (memoryLock) {
            if (bytes > 0 && bytes > defaultStream.queue().pool().limit() - mapped) {
                return false;
            }
            mapped += bytes;
            return true;
        }
    }

    @Override
    public MemoryStats memory() {
        return queues().stream()
                .map(queue -> queue.pool().stats())
                .reduce(MemoryStats::plus)
                .orElseThrow();
    }

    @Override
    public void trim() {
        queues().forEach(queue -> queue.pool().trim());
    }

    /** Pinned memory of the host, for as long as the process runs: copies to and from it do not wait for the host. */
    @SuppressWarnings("restricted") // as many bytes as were asked for
    MemorySegment pinned(long bytes) {
        MemorySegment answer = CudaThread.enter(this).answer();
        check(
                CudaGraph.beside(() -> Cuda.cuMemHostAlloc(answer, bytes, Cuda.CU_MEMHOSTALLOC_PORTABLE())),
                "cuMemHostAlloc",
                bytes + " bytes");
        return answer.get(ValueLayout.ADDRESS, 0).reinterpret(bytes);
    }

    /** The driver's handle of this thread's current stream, for other libraries. */
    public long streamHandle() {
        return queue().handle().address();
    }

    /** Lets this thread's current stream wait for what is on another library's now. */
    public void waitFor(long stream) {
        CudaThread.enter(this);
        withEvent(event -> {
            check(
                    Cuda.cuEventRecord(event, MemorySegment.ofAddress(stream)),
                    "cuEventRecord",
                    "stream 0x" + Long.toHexString(stream));
            queue().waitFor(event);
        });
    }

    /**
     * Checks that somebody else's memory is this card's, as far as the driver knows.
     *
     * @throws IllegalArgumentException if it is not
     */
    public void requireMemory(String op, long address, String what) {
        MemorySegment answer = CudaThread.enter(this).answer();
        int type = Cuda.cuPointerGetAttribute(answer, Cuda.CU_POINTER_ATTRIBUTE_MEMORY_TYPE(), address);
        boolean ofCards = type == Cuda.CUDA_SUCCESS()
                && answer.get(ValueLayout.JAVA_INT, 0) == Cuda.CU_MEMORYTYPE_DEVICE()
                && Cuda.cuPointerGetAttribute(answer, Cuda.CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL(), address)
                        == Cuda.CUDA_SUCCESS();
        int ordinal = ofCards ? answer.get(ValueLayout.JAVA_INT, 0) : -1;
        if (ordinal != index) {
            throw new IllegalArgumentException(op + ": memory is not on " + name() + ": address 0x"
                    + Long.toHexString(address) + (ofCards ? " is on cuda:" + ordinal : "") + ", " + what);
        }
    }

    @Override
    public String name() {
        return "cuda:" + index;
    }

    @Override
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%s, %s, %.1f GiB, compute capability %d.%d",
                name(),
                model,
                totalBytes / (double) (1 << 30),
                capability / 10,
                capability % 10);
    }

    @Override
    public Kernels kernels() {
        return kernels;
    }

    /** The threads of the CPU, which does what is left to it. */
    @Override
    public void setThreads(int count) {
        Device.cpu().setThreads(count);
    }

    @Override
    public int threads() {
        return Device.cpu().threads();
    }
}

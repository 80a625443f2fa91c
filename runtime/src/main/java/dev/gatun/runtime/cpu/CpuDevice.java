package dev.gatun.runtime.cpu;

import dev.gatun.bindings.Libraries;
import dev.gatun.bindings.LibraryException;
import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.DeviceGraph;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.Stream;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.MemoryPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The CPU: kernels of libgatun over memory of the process. {@code -Dgatun.threads} sets how many threads it starts
 * with.
 */
public final class CpuDevice extends Device {
    private static final int MOST_THREADS = 256;

    private static volatile @Nullable CpuDevice instance;

    private final MemoryPool pool = new MemoryPool(this, new Pages(), "gatun.memory");
    private final CpuKernels kernels = new CpuKernels(this);
    private final CpuStream stream = new CpuStream(this);

    private CpuDevice() {}

    /**
     * The one CPU device.
     *
     * @return the device
     * @throws GatunException if the native library cannot be loaded; the message says what was looked for
     * @throws IllegalArgumentException if a property such as {@code gatun.threads} holds nonsense
     */
    public static CpuDevice get() {
        CpuDevice made = instance;
        return made != null ? made : make();
    }

    private static synchronized CpuDevice make() {
        CpuDevice made = instance;
        if (made == null) {
            try {
                Libraries.loadKernels();
            } catch (LibraryException e) {
                throw new GatunException(e.getMessage(), e);
            }
            made = new CpuDevice();
            String threads = System.getProperty("gatun.threads");
            if (threads != null) {
                made.setThreads(parseThreads(threads));
            }
            instance = made;
        }
        return made;
    }

    private static int parseThreads(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("gatun.threads: not a number: '" + text + "'", e);
        }
    }

    /** Makes matrix products callable; costs nothing once done. */
    static void loadBlas() {
        try {
            Libraries.loadBlas();
        } catch (LibraryException e) {
            throw new GatunException(e.getMessage(), e);
        }
    }

    /** Makes factors of matrices callable; costs nothing once done. */
    static void loadLapack() {
        try {
            Libraries.loadLapack();
        } catch (LibraryException e) {
            throw new GatunException(e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String describe() {
        return name() + ", " + Gatun.gt_isa().getString(0) + ", " + threads()
                + (threads() == 1 ? " thread" : " threads");
    }

    @Override
    public Stream stream() {
        return stream;
    }

    @Override
    public Stream newStream() {
        return new CpuStream(this);
    }

    @Override
    public void synchronize() {} // every call is complete when it returns

    @Override
    public Kernels kernels() {
        return CpuGraph.kernels(kernels);
    }

    @Override
    public Optional<DeviceGraph> newGraph() {
        return Optional.of(new CpuGraph(kernels));
    }

    @Override
    public void beforeHostAccess(String op) {
        CpuGraph.refuse(op);
    }

    @Override
    public MemoryPool pool() {
        return pool;
    }

    @Override
    public void setThreads(int count) {
        if (count < 1 || count > MOST_THREADS) {
            throw new IllegalArgumentException("threads: not within 1.." + MOST_THREADS + ": " + count);
        }
        int status = Gatun.gt_threads_set(count);
        if (status != Gatun.GT_OK()) {
            throw Status.failure(status, "threads", Integer.toString(count));
        }
    }

    @Override
    public int threads() {
        return Gatun.gt_threads_count();
    }

    /** Pages of the process, huge where the system agrees. */
    private static final class Pages implements MemoryPool.Source {
        @Override
        public long map(long bytes) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment address = arena.allocate(ValueLayout.ADDRESS);
                int status = Gatun.gt_pages_map(bytes, address);
                return status == Gatun.GT_OK()
                        ? address.get(ValueLayout.ADDRESS, 0).address()
                        : 0;
            }
        }

        @Override
        public void unmap(long address, long bytes) {
            int status = Gatun.gt_pages_unmap(MemorySegment.ofAddress(address), bytes);
            if (status != Gatun.GT_OK()) {
                throw Status.failure(status, "memory", "giving back " + bytes + " bytes");
            }
        }

        @Override
        public long totalBytes() {
            return Gatun.gt_physical_bytes();
        }
    }
}

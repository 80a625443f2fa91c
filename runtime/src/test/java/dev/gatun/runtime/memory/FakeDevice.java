package dev.gatun.runtime.memory;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.DeviceGraph;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.Stream;
import dev.gatun.runtime.kernels.Kernels;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A device whose memory is addresses that nobody reads: the pool, scopes and the net can be tested without a library.
 */
final class FakeDevice extends Device implements MemoryPool.Source {
    private static final long FIRST_ADDRESS = 1L << 40;
    private static final long PAGE = 2 << 20;

    final Map<Long, Long> mapped = new HashMap<>();
    private final long totalBytes;
    private final MemoryPool pool;
    private long next = FIRST_ADDRESS;

    FakeDevice(long totalBytes) {
        this(totalBytes, "gatun.memory");
    }

    FakeDevice(long totalBytes, String properties) {
        this.totalBytes = totalBytes;
        this.pool = new MemoryPool(this, this, properties);
    }

    NdArray array(long... shape) {
        return NdArray.allocate(this, DType.F32, Shape.of(shape));
    }

    /** An array with a layout of its own, over a storage that holds it. */
    NdArray array(Layout layout) {
        return new NdArray(pool.allocate(layout.end() * Float.BYTES), layout, DType.F32);
    }

    long used() {
        return pool.stats().used();
    }

    @Override
    public synchronized long map(long bytes) {
        long address = next;
        next += (bytes + PAGE - 1) / PAGE * PAGE;
        mapped.put(address, bytes);
        return address;
    }

    @Override
    public synchronized void unmap(long address, long bytes) {
        if (!mapped.remove(address, bytes)) {
            throw new AssertionError("unmapped what was not mapped: " + address + ", " + bytes);
        }
    }

    /** Whether memory is mapped there. */
    boolean holds(long address, long bytes) {
        return mapped.entrySet().stream()
                .anyMatch(each -> each.getKey() <= address && address + bytes <= each.getKey() + each.getValue());
    }

    @Override
    public long totalBytes() {
        return totalBytes;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String describe() {
        return name();
    }

    @Override
    public Stream stream() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Stream newStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void synchronize() {}

    @Override
    public Optional<DeviceGraph> newGraph() {
        return Optional.empty();
    }

    @Override
    public void beforeHostAccess(String op) {}

    @Override
    public Kernels kernels() {
        throw new UnsupportedOperationException();
    }

    @Override
    public MemoryPool pool() {
        return pool;
    }

    @Override
    public void setThreads(int count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int threads() {
        return 1;
    }
}

package dev.gatun.runtime.memory;

import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.MemoryStats;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One device's memory: blocks are kept by size and handed out again, so that a step that repeats asks the system for
 * nothing. Sizes are rounded up to an eighth of their power of two, which bounds the waste at an eighth. Blocks up to
 * {@value #LARGEST_SMALL} bytes are cut from slabs, larger ones are mappings of their own. {@link #trim} gives back what is
 * wholly free; a pool does so by itself before it would hold more than twice what was ever used at once, and before it
 * is out of memory.
 *
 * <p>A pool that does not cache takes each block from the device, by its exact size, and gives it back at once: slow, and
 * the way for tools that watch memory, such as compute-sanitizer, to see an access behind an array or after its end.
 */
public final class MemoryPool {
    /** Where a pool gets memory from. */
    public interface Source {
        /** New memory of the device, aligned to 2 MiB where it is that large; 0 where there is none. */
        long map(long bytes);

        /** Gives back what {@link #map} gave. */
        void unmap(long address, long bytes);

        /** How many bytes the device has, for the limit's default. */
        long totalBytes();

        /** Whether Java can read the memory. */
        default boolean isOnHost() {
            return true;
        }

        /** Whether a card copies from and to the memory without the host's waiting. */
        default boolean isPinned() {
            return false;
        }

        /** Gives back what other pools of the device keep, before this one is out of memory. */
        default void makeRoom() {}

        /** Copies from the device's memory, and waits until all is there. */
        @SuppressWarnings("restricted") // a caller knows how far its memory reaches
        default void read(long address, MemorySegment target) {
            target.copyFrom(MemorySegment.ofAddress(address).reinterpret(target.byteSize()));
        }

        /** Copies to the device's memory; the source may be changed once this returns. */
        @SuppressWarnings("restricted") // as above
        default void write(MemorySegment source, long address) {
            MemorySegment.ofAddress(address).reinterpret(source.byteSize()).copyFrom(source);
        }

        /** Copies from a storage of the host; from a pinned one without waiting, which {@link Storage#usedBy} notes. */
        default void write(Storage from, long offset, long address, long bytes) {
            write(from.bounded(offset, bytes), address);
        }
    }

    /** Who uses memory of a pool out of the pool's order: a stream that another stream's memory was given to. */
    @FunctionalInterface
    public interface User {
        /** Sees to it that what the pool hands the memory out for next waits for this user. */
        void settle(Storage storage);
    }

    private static final long LARGEST_SMALL = 1 << 20;
    private static final long SLAB_BYTES = 8 << 20;
    private static final long PAGE = 2 << 20;
    private static final int ALIGNMENT = 64;
    private static final int CLASSES = 8 * 64;
    private static final int UNCACHED = -2; // in the place of a size class
    private static final double DEFAULT_SHARE = 0.9;
    private static final long LEAST_TRIMMED = 64 << 20;

    /** The slab that blocks are cut from. What threads keep in their magazines would hold slabs of larger blocks. */
    private static final class Slab {
        long next;
        long end;
    }

    private final Device device;
    private final Source source;
    private final String property;
    private final boolean caches;
    private final long limit;
    private final Object lock = new Object();

    // Guarded by lock. A stack of free addresses for each size class.
    private final long @Nullable [][] free = new long[CLASSES][];
    private final int[] freeCount = new int[CLASSES];
    private final int[] usedCount = new int[CLASSES];
    private final List<Magazine> magazines = new ArrayList<>();
    private final Slab tiny = new Slab();
    private final Slab small = new Slab();
    private long[] slabs = new long[0]; // where each begins, in order
    private long mapped;
    private long used;
    private long peak;
    private long systemAllocations;
    private boolean held;

    /**
     * A pool for one device.
     *
     * @param device that the memory belongs to
     * @param source of its memory
     * @param prefix of the properties: {@code limit}, without it nine tenths of what the device has, and {@code caching},
     *     which {@code false} switches off
     */
    public MemoryPool(Device device, Source source, String prefix) {
        this.device = device;
        this.source = source;
        this.property = prefix + ".limit";
        this.caches = !"false".equals(System.getProperty(prefix + ".caching"));
        String asked = System.getProperty(property);
        this.limit = asked == null ? (long) (source.totalBytes() * DEFAULT_SHARE) : parseBytes(property, asked);
    }

    /** The device that the memory belongs to. */
    public Device device() {
        return device;
    }

    /** Whether Java can read the memory. */
    public boolean isOnHost() {
        return source.isOnHost();
    }

    /** Whether a card copies from and to the memory without the host's waiting. */
    public boolean isPinned() {
        return source.isPinned();
    }

    /** Whether blocks are kept and handed out again. */
    public boolean caches() {
        return caches;
    }

    /** Keeps all memory, used or not, since a graph has its addresses; or lets it be given back again. */
    public void hold(boolean all) {
        synchronized (lock) {
            held = all;
        }
    }

    /** What the pool never takes more of than, in bytes. */
    public long limit() {
        return limit;
    }

    /** Copies from memory of the device, and waits until all is there. */
    void read(long address, MemorySegment target) {
        source.read(address, target);
    }

    /** Copies to memory of the device; what is copied may be changed once this returns. */
    void write(MemorySegment from, long address) {
        source.write(from, address);
    }

    /** Copies from a storage of the host; from a pinned one without waiting. */
    void write(Storage from, long offset, long address, long bytes) {
        source.write(from, offset, address, bytes);
    }

    /**
     * A block whose contents are whatever was there.
     *
     * @param bytes at least 0
     * @return a storage with one count, the caller's
     * @throws GatunException if there is no memory, or the limit would be passed, after a collection too
     */
    public Storage allocate(long bytes) {
        if (bytes > limit) {
            throw outOfMemory(bytes);
        }
        if (!caches) {
            return allocateUncached(bytes);
        }
        int sizeClass = classOf(bytes);
        Magazine own = magazine(sizeClass);
        long address = own == null ? take(sizeClass) : own.take(sizeClass);
        return new Storage(this, address == 0 ? make(bytes, sizeClass) : address, bytes, sizeClass);
    }

    private Storage allocateUncached(long bytes) {
        long length = Math.max(1, bytes);
        Net.drain();
        long address = mapUncached(length);
        if (address == 0) {
            Net.collect();
            source.makeRoom();
            address = mapUncached(length);
        }
        if (address == 0) {
            throw outOfMemory(bytes);
        }
        return new Storage(this, address, bytes, UNCACHED);
    }

    private long mapUncached(long bytes) {
        synchronized (lock) {
            long address = map(bytes);
            if (address != 0) {
                used += bytes;
                peak = Math.max(peak, used);
            }
            return address;
        }
    }

    /** A block where none of the class is free: what the net gives back, else the system's. */
    private long make(long bytes, int sizeClass) {
        Net.drain();
        long address = take(sizeClass);
        if (address == 0) {
            address = grow(sizeClass);
        }
        if (address == 0) {
            trim();
            address = grow(sizeClass);
        }
        if (address == 0) {
            Net.collect();
            trim();
            source.makeRoom();
            address = grow(sizeClass);
        }
        if (address == 0) {
            throw outOfMemory(bytes);
        }
        return address;
    }

    /** This thread's own blocks, where those of the class are kept. */
    private @Nullable Magazine magazine(int sizeClass) {
        return sizeClass <= Magazine.LARGEST_CLASS ? Context.current().frames().magazine(this) : null;
    }

    void enlist(Magazine magazine) {
        synchronized (lock) {
            magazines.add(magazine);
        }
    }

    void retire(Magazine magazine) {
        synchronized (lock) {
            magazines.remove(magazine);
        }
    }

    private long take(int sizeClass) {
        synchronized (lock) {
            int count = freeCount[sizeClass];
            if (count == 0) {
                return 0;
            }
            freeCount[sizeClass] = count - 1;
            account(sizeClass, 1);
            return Objects.requireNonNull(free[sizeClass])[count - 1];
        }
    }

    /** Free blocks for a thread of its own, at most {@code most}, into a stack from a place on; how many there were. */
    int takeShared(int sizeClass, long[] stack, int from, int most) {
        synchronized (lock) {
            int count = Math.min(freeCount[sizeClass], most);
            if (count > 0) {
                freeCount[sizeClass] -= count;
                System.arraycopy(Objects.requireNonNull(free[sizeClass]), freeCount[sizeClass], stack, from, count);
                account(sizeClass, count);
            }
            return count;
        }
    }

    private void account(int sizeClass, int count) {
        usedCount[sizeClass] += count;
        used += count * bytesOf(sizeClass);
        if (used > peak) {
            peak = used;
        }
    }

    /** New memory for one block; 0 where the limit or the system says no. */
    private long grow(int sizeClass) {
        long bytes = bytesOf(sizeClass);
        synchronized (lock) {
            if (freeCount[sizeClass] > 0) { // another thread released one meanwhile
                return take(sizeClass);
            }
            long address;
            if (bytes <= LARGEST_SMALL) {
                Slab slab = sizeClass <= Magazine.LARGEST_CLASS ? tiny : small;
                if (slab.end - slab.next < bytes && !open(slab)) {
                    return 0;
                }
                address = slab.next;
                slab.next += bytes;
            } else {
                address = map(roundUp(bytes, PAGE));
                if (address == 0) {
                    return 0;
                }
            }
            account(sizeClass, 1);
            return address;
        }
    }

    private boolean open(Slab slab) {
        // What is left of the old one becomes free blocks of the largest classes that fit.
        while (slab.end - slab.next >= ALIGNMENT) {
            int sizeClass = classOf(slab.end - slab.next);
            if (bytesOf(sizeClass) > slab.end - slab.next) {
                sizeClass--;
            }
            push(sizeClass, slab.next);
            slab.next += bytesOf(sizeClass);
        }
        long address = map(SLAB_BYTES);
        if (address == 0) {
            return false;
        }
        slab.next = address;
        slab.end = address + SLAB_BYTES;
        slabs = Arrays.copyOf(slabs, slabs.length + 1);
        slabs[slabs.length - 1] = address;
        Arrays.sort(slabs);
        return true;
    }

    private long map(long bytes) {
        // Sizes that do not come again would pile up.
        if (mapped + bytes > 2 * peak + LEAST_TRIMMED) {
            trim();
        }
        if (bytes > limit - mapped) {
            return 0;
        }
        long address = source.map(bytes);
        if (address != 0) {
            mapped += bytes;
            systemAllocations++;
        }
        return address;
    }

    /** Takes a block back, from {@link Storage} alone. */
    void free(long address, long bytes, int sizeClass) {
        if (sizeClass == UNCACHED) {
            long length = Math.max(1, bytes);
            synchronized (lock) {
                source.unmap(address, length);
                mapped -= length;
                used -= length;
            }
            return;
        }
        Magazine own = magazine(sizeClass);
        if (own != null) {
            own.put(sizeClass, address);
            return;
        }
        synchronized (lock) {
            push(sizeClass, address);
            account(sizeClass, -1);
        }
    }

    /** Takes blocks back for whichever thread asks next. */
    void freeShared(int sizeClass, long[] stack, int from, int count) {
        synchronized (lock) {
            for (int i = 0; i < count; i++) {
                push(sizeClass, stack[from + i]);
            }
            account(sizeClass, -count);
        }
    }

    private void push(int sizeClass, long address) {
        long[] stack = free[sizeClass];
        int count = freeCount[sizeClass];
        if (stack == null) {
            stack = new long[16];
            free[sizeClass] = stack;
        } else if (count == stack.length) {
            stack = Arrays.copyOf(stack, 2 * count);
            free[sizeClass] = stack;
        }
        stack[count] = address;
        freeCount[sizeClass] = count + 1;
    }

    /** Gives the free large blocks, and slabs without a block in use, back to the system. */
    public void trim() {
        synchronized (lock) {
            if (held) {
                return;
            }
            int largestSmall = classOf(LARGEST_SMALL);
            for (int sizeClass = largestSmall + 1; sizeClass < CLASSES; sizeClass++) {
                long[] stack = free[sizeClass];
                long bytes = stack == null ? 0 : roundUp(bytesOf(sizeClass), PAGE);
                while (freeCount[sizeClass] > 0 && stack != null) {
                    source.unmap(stack[--freeCount[sizeClass]], bytes);
                    mapped -= bytes;
                }
            }
            trimSlabs(largestSmall);
        }
    }

    private void trimSlabs(int largestSmall) {
        long[] freeBytes = new long[slabs.length];
        for (int sizeClass = 1; sizeClass <= largestSmall; sizeClass++) {
            for (int i = 0; i < freeCount[sizeClass]; i++) {
                freeBytes[slabOf(Objects.requireNonNull(free[sizeClass])[i])] += bytesOf(sizeClass);
            }
        }
        for (Slab slab : List.of(tiny, small)) {
            if (slab.end > slab.next) {
                freeBytes[slabOf(slab.next)] += slab.end - slab.next;
            }
        }
        for (int sizeClass = 1; sizeClass <= largestSmall; sizeClass++) {
            int kept = 0;
            for (int i = 0; i < freeCount[sizeClass]; i++) {
                long address = Objects.requireNonNull(free[sizeClass])[i];
                if (freeBytes[slabOf(address)] < SLAB_BYTES) {
                    Objects.requireNonNull(free[sizeClass])[kept++] = address;
                }
            }
            freeCount[sizeClass] = kept;
        }
        for (Slab slab : List.of(tiny, small)) {
            if (slab.end > slab.next && freeBytes[slabOf(slab.next)] == SLAB_BYTES) {
                slab.next = slab.end;
            }
        }
        int kept = 0;
        for (int i = 0; i < freeBytes.length; i++) {
            if (freeBytes[i] == SLAB_BYTES) {
                source.unmap(slabs[i], SLAB_BYTES);
                mapped -= SLAB_BYTES;
            } else {
                slabs[kept++] = slabs[i];
            }
        }
        slabs = Arrays.copyOf(slabs, kept);
    }

    /** The place of the slab that holds an address. */
    private int slabOf(long address) {
        int at = Arrays.binarySearch(slabs, address);
        return at >= 0 ? at : -at - 2;
    }

    /** What the pool holds now. */
    public MemoryStats stats() {
        synchronized (lock) {
            long live = used;
            for (Magazine each : magazines) {
                live -= each.bytes();
            }
            return new MemoryStats(live, peak, mapped - live, mapped, limit, systemAllocations);
        }
    }

    private GatunException outOfMemory(long bytes) {
        StringBuilder largest = new StringBuilder();
        synchronized (lock) {
            for (int sizeClass = CLASSES - 1, shown = 0; sizeClass >= 0 && shown < 3; sizeClass--) {
                if (usedCount[sizeClass] > 0) {
                    largest.append(shown++ == 0 ? "; largest in use: " : ", ")
                            .append(usedCount[sizeClass])
                            .append(" of ")
                            .append(bytesOf(sizeClass));
                }
            }
        }
        MemoryStats stats = stats();
        return new GatunException("memory: " + device.name() + " is out of it: asked for " + bytes + " bytes, in use "
                + stats.used() + ", cached " + stats.cached() + ", limit " + limit
                + " (-D" + property + ")" + largest + Frame.describeOpen());
    }

    /** 64, 128, ... up to 1024 in steps of 64, then eight classes for each power of two. */
    static int classOf(long bytes) {
        long units = (Math.max(1, bytes) + ALIGNMENT - 1) / ALIGNMENT;
        if (units <= 16) {
            return (int) units;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(units - 1); // units in (2^exponent, 2^(exponent+1)]
        long eighths = ((units - 1) >> (exponent - 3)) - 7; // 1..8
        return 8 + (exponent - 3) * 8 + (int) eighths;
    }

    /** The bytes of a class's blocks. */
    static long bytesOf(int sizeClass) {
        if (sizeClass <= 16) {
            return (long) sizeClass * ALIGNMENT;
        }
        int exponent = (sizeClass - 9) / 8 + 3;
        long eighths = (sizeClass - 9L) % 8 + 1;
        return (1L << exponent) * ALIGNMENT + (eighths << (exponent - 3)) * ALIGNMENT;
    }

    private static long roundUp(long bytes, long unit) {
        return (bytes + unit - 1) / unit * unit;
    }

    /** Reads {@code 512m}, {@code 2g}, {@code 1048576}. */
    static long parseBytes(String property, String text) {
        String digits = text.strip().toLowerCase(java.util.Locale.ROOT);
        int shift = digits.endsWith("k") ? 10 : digits.endsWith("m") ? 20 : digits.endsWith("g") ? 30 : 0;
        try {
            long value = Long.parseLong(shift == 0 ? digits : digits.substring(0, digits.length() - 1));
            if (value <= 0 || value > Long.MAX_VALUE >> shift) {
                throw new NumberFormatException(text);
            }
            return value << shift;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(property + ": not a size such as 512m or 2g: '" + text + "'", e);
        }
    }
}

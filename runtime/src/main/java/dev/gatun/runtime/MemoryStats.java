package dev.gatun.runtime;

/**
 * What a device's pool holds, in bytes. The counterpart is {@code torch.cuda.memory_stats}.
 *
 * {@snippet :
 * MemoryStats memory = Device.cpu().memory();
 * System.out.printf("%d MB in use, %d at most%n", memory.used() >> 20, memory.peak() >> 20);
 * }
 *
 * @param used by live storages, rounded up to their blocks
 * @param peak the most that was ever used
 * @param cached free, kept for the next allocation
 * @param mapped taken from the system and not given back: used and cached
 * @param limit that {@code mapped} never passes; {@code -Dgatun.memory.limit}, for a card {@code
 *     -Dgatun.cuda.memory.limit}
 * @param systemAllocations how often the system was asked for memory since the start
 */
public record MemoryStats(long used, long peak, long cached, long mapped, long limit, long systemAllocations) {
    /** What two pools of one device hold together; the sum of the peaks, which need not have been at one time. */
    public MemoryStats plus(MemoryStats other) {
        return new MemoryStats(
                used + other.used,
                peak + other.peak,
                cached + other.cached,
                mapped + other.mapped,
                limit,
                systemAllocations + other.systemAllocations);
    }
}

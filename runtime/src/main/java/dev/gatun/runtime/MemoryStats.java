package dev.gatun.runtime;

/**
 * What a device's pool holds, in bytes.
 *
 * @param used by live storages, rounded up to their blocks
 * @param peak the most that was ever used
 * @param cached free, kept for the next allocation
 * @param mapped taken from the system and not given back: used and cached
 * @param limit that {@code mapped} never passes; {@code -Dgatun.memory.limit}
 * @param systemAllocations how often the system was asked for memory since the start
 */
public record MemoryStats(long used, long peak, long cached, long mapped, long limit, long systemAllocations) {}

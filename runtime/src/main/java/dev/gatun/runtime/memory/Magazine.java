package dev.gatun.runtime.memory;

/**
 * Small free blocks that a thread keeps to itself, so that tensors of a few elements come and go without the pool's
 * lock: an empty stack is filled and a full one emptied by half at a time. Only its thread takes and puts; what it holds
 * goes back to the pool when the thread has died.
 */
final class Magazine {
    /** The largest size class that is kept: blocks of 1 KiB. */
    static final int LARGEST_CLASS = 16;

    private static final int DEPTH = 64;

    private final MemoryPool pool;
    private final long[] blocks = new long[(LARGEST_CLASS + 1) * DEPTH]; // a stack for each size class
    private final int[] counts = new int[LARGEST_CLASS + 1];

    Magazine(MemoryPool pool) {
        this.pool = pool;
    }

    MemoryPool pool() {
        return pool;
    }

    /** A block of the class; 0 where neither this thread nor the pool has one. */
    long take(int sizeClass) {
        int count = counts[sizeClass];
        if (count == 0) {
            count = pool.takeShared(sizeClass, blocks, sizeClass * DEPTH, DEPTH / 2);
            if (count == 0) {
                return 0;
            }
        }
        counts[sizeClass] = count - 1;
        return blocks[sizeClass * DEPTH + count - 1];
    }

    /** Keeps a free block. */
    void put(int sizeClass, long address) {
        int count = counts[sizeClass];
        if (count == DEPTH) {
            count = DEPTH / 2;
            pool.freeShared(sizeClass, blocks, sizeClass * DEPTH + count, DEPTH - count);
        }
        blocks[sizeClass * DEPTH + count] = address;
        counts[sizeClass] = count + 1;
    }

    /** Bytes of the blocks that are kept; for other threads what it was a moment ago. */
    long bytes() {
        long sum = 0;
        for (int sizeClass = 1; sizeClass <= LARGEST_CLASS; sizeClass++) {
            sum += counts[sizeClass] * MemoryPool.bytesOf(sizeClass);
        }
        return sum;
    }

    /** Gives every block back to the pool, once the thread is gone. */
    void empty() {
        pool.retire(this);
        for (int sizeClass = 1; sizeClass <= LARGEST_CLASS; sizeClass++) {
            pool.freeShared(sizeClass, blocks, sizeClass * DEPTH, counts[sizeClass]);
            counts[sizeClass] = 0;
        }
    }
}

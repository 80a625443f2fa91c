package dev.gatun.nn.data;

import org.jspecify.annotations.Nullable;

/** Where an epoch's batches come from, in order: made on the spot, or ahead by workers. */
sealed interface BatchSource permits Inline, Workers, OnDevice {
    /**
     * The next batch.
     *
     * @param batch its number, one more than the last
     * @return its memory, the caller's; {@code null} behind the last batch
     */
    @Nullable
    Buffers take(int batch);

    /** Takes memory back, to be used again. */
    void giveBack(Buffers buffers);

    /** Makes no more batches and releases what was made; does not wait for workers. Stopping twice is harmless. */
    void stop();

    /** Whether {@link #stop} was called. */
    boolean isStopped();

    /** Waits until no worker calls the data set any more. */
    void join();
}

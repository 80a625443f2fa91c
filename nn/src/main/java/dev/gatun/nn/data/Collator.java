package dev.gatun.nn.data;

import dev.gatun.autograd.GradMode;
import dev.gatun.runtime.Scope;
import org.jspecify.annotations.Nullable;

/** Makes the batches of one epoch, in any order and on any thread. */
abstract sealed class Collator permits RowCollator, SampleCollator {
    /** What {@link #batches} gives where only the end tells. */
    static final int UNKNOWN = Integer.MAX_VALUE;

    /** How many batches there are, or {@link #UNKNOWN}. */
    abstract int batches();

    /**
     * Makes a batch.
     *
     * @param batch which
     * @param spare memory to write into if it is free and fits; taken over in any case
     * @return the batch's memory, the caller's; {@code null} behind the last batch
     */
    final @Nullable Buffers collate(int batch, @Nullable Buffers spare) {
        Buffers free = spare;
        if (spare != null && !spare.isUnshared()) {
            spare.release();
            free = null;
        }
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            Buffers filled = fill(batch, free);
            if (free != null && filled != free) {
                free.release();
            }
            if (filled != null && !filled.isWhole()) {
                filled.data().storage("dataLoader").touch();
                filled.target().storage("dataLoader").touch();
            }
            return filled;
        }
    }

    /** Writes a batch's samples into spare memory, or into new; {@code null} behind the last batch. */
    abstract @Nullable Buffers fill(int batch, @Nullable Buffers free);

    /** Gives back what the epoch held. */
    void release() {}
}

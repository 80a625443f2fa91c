package dev.gatun.nn.data;

import dev.gatun.autograd.GradMode;
import dev.gatun.runtime.Scope;
import org.jspecify.annotations.Nullable;

/** Makes the batches of one epoch, in any order and on any thread. */
abstract sealed class Collator permits RowCollator, SampleCollator {
    private final Plan plan;

    Collator(Plan plan) {
        this.plan = plan;
    }

    final Plan plan() {
        return plan;
    }

    /**
     * Makes a batch.
     *
     * @param batch which
     * @param spare memory to write into if it is free and fits; taken over in any case
     * @return the batch's memory, the caller's
     */
    final Buffers collate(int batch, @Nullable Buffers spare) {
        Buffers free = spare;
        if (spare != null && !spare.isUnshared()) {
            spare.release();
            free = null;
        }
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            Buffers filled = fill(plan.from(batch), plan.count(batch), free);
            if (free != null && filled != free) {
                free.release();
            }
            filled.data().storage("dataLoader").touch();
            filled.target().storage("dataLoader").touch();
            return filled;
        }
    }

    /** Writes the samples at {@code count} places of the order into spare memory, or into new. */
    abstract Buffers fill(int from, int count, @Nullable Buffers free);

    /** Gives back what the epoch held. */
    void release() {}
}

package dev.gatun.nn.data;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import org.jspecify.annotations.Nullable;

/** Makes the batches of one epoch, in any order and on any thread. */
abstract sealed class Collator permits RowCollator, SampleCollator {
    /** What {@link #batches} gives where only the end tells. */
    static final int UNKNOWN = Integer.MAX_VALUE;

    private Device reader = Device.cpu();

    /** Lets batches on the CPU lie where a device reads them without the host's waiting. */
    final void fillFor(Device device) {
        reader = device;
    }

    /** Memory for a batch, where its samples are. */
    final Tensor allocate(Tensor like, Shape shape) {
        return like.device().equals(Device.cpu()) ? Tensor.emptyFor(reader, like.dtype(), shape) : like.newEmpty(shape);
    }

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
        if (free != null) {
            free.await();
        }
        try (var off = GradMode.noGrad();
                var temporaries = Scope.open()) {
            Buffers filled = fill(batch, free);
            if (free != null && filled != free) {
                free.release();
            }
            if (filled != null && !filled.isWhole()) {
                filled.touch();
            }
            return filled;
        }
    }

    /** Writes a batch's samples into spare memory, or into new; {@code null} behind the last batch. */
    abstract @Nullable Buffers fill(int batch, @Nullable Buffers free);

    /** Gives back what the epoch held. */
    void release() {}
}

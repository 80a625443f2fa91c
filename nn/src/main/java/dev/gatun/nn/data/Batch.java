package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.NdArray;

/**
 * Samples that a {@link DataLoader} put together. Both tensors belong to the loader, not to the scope that is open:
 * they are released when it makes the next batch, unless {@link #keep} was called. PyTorch's loader gives a tuple
 * instead.
 *
 * {@snippet :
 * for (Batch batch : loader) {
 *     System.out.println(batch.data().shape() + " " + batch.target().shape()); // [5, 4] [5]
 *     break;
 * }
 * }
 */
public final class Batch {
    private final Buffers buffers;
    private final Tensor data;
    private final Tensor target;
    private final int size;
    private boolean kept;

    Batch(Buffers buffers) {
        this.buffers = buffers;
        this.size = buffers.count();
        this.data = handle(size, buffers.data(), buffers.isWhole());
        this.target = handle(size, buffers.target(), buffers.isWhole());
    }

    /** The batch's own handle on the first rows of a buffer, or on the whole of it. */
    private static Tensor handle(int size, Tensor buffer, boolean whole) {
        Tensor handle;
        if (whole || size == buffer.size(0)) {
            handle = Tensor.wrap(buffer);
        } else {
            NdArray part = buffer.alias(buffer.layout().slice(0, 0, size, 1));
            handle = Tensor.wrap(part);
            part.release();
        }
        handle.own();
        return handle;
    }

    /**
     * The samples' data.
     *
     * @return [size, *]; as it was made, where a {@link Collate} function did
     */
    public Tensor data() {
        return data;
    }

    /**
     * The samples' targets.
     *
     * @return [size, *]; as they were made, where a {@link Collate} function did
     */
    public Tensor target() {
        return target;
    }

    /**
     * How many samples there are: the loader's batch size, or fewer in the last batch.
     *
     * @return at least 1
     */
    public int size() {
        return size;
    }

    /**
     * Takes the batch from the loader: it lives as long as it is reachable.
     *
     * @return this batch
     * @throws IllegalStateException if the loader has made another one since
     */
    public Batch keep() {
        data.storage("keep");
        kept = true;
        return this;
    }

    /** Ends the loader's part in this batch: gives its memory to be used again, or lets go of it. */
    void recycle(BatchSource source) {
        if (kept) {
            buffers.release();
        } else {
            data.release();
            target.release();
            source.giveBack(buffers);
        }
    }
}

package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;

/** The memory of one batch, which serves again for a later one. It belongs to the loader, whatever thread fills it. */
final class Buffers {
    private final Tensor data;
    private final Tensor target;
    private final boolean whole;
    private int count;

    /**
     * Takes two tensors over.
     *
     * @param data [capacity, *], or of any shape
     * @param target [capacity, *], or of any shape
     * @param whole whether a batch is both tensors as they are, and not their first rows
     */
    Buffers(Tensor data, Tensor target, boolean whole) {
        data.own();
        target.own();
        this.data = data;
        this.target = target;
        this.whole = whole;
    }

    Tensor data() {
        return data;
    }

    Tensor target() {
        return target;
    }

    boolean isWhole() {
        return whole;
    }

    /** How many samples there are. */
    int count() {
        return count;
    }

    /** Says how many samples there are now. */
    Buffers holding(int samples) {
        count = samples;
        return this;
    }

    /** Whether nobody else sees what is written here: no batch that was kept, no view, no graph. */
    boolean isUnshared() {
        return data.storage("dataLoader").isUnshared()
                && target.storage("dataLoader").isUnshared();
    }

    /** Waits until no card copies from here any more. */
    void await() {
        data.storage("dataLoader").await();
        target.storage("dataLoader").await();
    }

    /** Notes that the contents have changed, for values that graphs saved. */
    void touch() {
        data.storage("dataLoader").touch();
        target.storage("dataLoader").touch();
    }

    /** Gives the loader's own counts back; other handles live on. */
    void release() {
        data.release();
        target.release();
    }
}

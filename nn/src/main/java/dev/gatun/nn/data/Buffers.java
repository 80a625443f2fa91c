package dev.gatun.nn.data;

import dev.gatun.autograd.Tensor;

/** The memory of one batch, which serves again for a later one. It belongs to the loader, whatever thread fills it. */
final class Buffers {
    private final Tensor data;
    private final Tensor target;

    /**
     * Takes two tensors over.
     *
     * @param data [capacity, *]
     * @param target [capacity, *]
     */
    Buffers(Tensor data, Tensor target) {
        data.own();
        target.own();
        this.data = data;
        this.target = target;
    }

    Tensor data() {
        return data;
    }

    Tensor target() {
        return target;
    }

    /** Whether nobody else sees what is written here: no batch that was kept, no view, no graph. */
    boolean isUnshared() {
        return data.storage("dataLoader").isUnshared()
                && target.storage("dataLoader").isUnshared();
    }

    /** Gives the loader's own counts back; other handles live on. */
    void release() {
        data.release();
        target.release();
    }
}

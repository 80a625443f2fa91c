package dev.gatun.testing.kernels;

import dev.gatun.testing.cuda.CudaStubs;

/**
 * The kernels of a card. Without one they run on the emulator, which checks every access, each array being memory of its
 * own; what is large is smaller there.
 */
class CudaKernelsTest extends KernelsContract {
    private static final Seen SEEN = new Seen();
    private static final int EMULATED_SHRINK = 32;

    CudaKernelsTest() {
        super(new Backend(CudaStubs.checkedDevice(), SEEN, 1, CudaStubs.isCard() ? 1 : EMULATED_SHRINK));
    }
}

package dev.gatun.testing.kernels;

import dev.gatun.runtime.Device;

/** The CPU's kernels, in the fastest version that this processor has. */
class CpuKernelsTest extends KernelsContract {
    private static final Seen SEEN = new Seen();

    CpuKernelsTest() {
        super(new Backend(Device.cpu(), SEEN, 4));
    }
}

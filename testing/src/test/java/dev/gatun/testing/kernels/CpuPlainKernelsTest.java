package dev.gatun.testing.kernels;

import dev.gatun.runtime.Device;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The CPU's kernels in their plain version. */
class CpuPlainKernelsTest extends KernelsContract {
    private static final Seen SEEN = new Seen();
    private static final Version VERSION = new Version("plain");

    CpuPlainKernelsTest() {
        super(new Backend(Device.cpu(), SEEN, 1));
    }

    @BeforeAll
    static void select() {
        VERSION.select();
    }

    @AfterAll
    static void restore() {
        VERSION.restore();
    }
}

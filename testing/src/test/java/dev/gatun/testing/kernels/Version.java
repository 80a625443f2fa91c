package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.bindings.kernels.Gatun;
import dev.gatun.runtime.Device;
import java.lang.foreign.Arena;

/** One version of the CPU's functions, by name, and how to go back to the best one. */
final class Version {
    private final String name;
    private String before = "";

    Version(String name) {
        this.name = name;
    }

    /** The version in use. */
    static String current() {
        Device.cpu();
        return Gatun.gt_isa().getString(0);
    }

    /** Uses a version; false where the processor lacks it. */
    static boolean use(String name) {
        Device.cpu();
        try (Arena arena = Arena.ofConfined()) {
            return Gatun.gt_isa_select(arena.allocateFrom(name)) == Gatun.GT_OK();
        }
    }

    /** Uses this version; the tests are skipped where the processor lacks it. */
    void select() {
        before = current();
        assumeTrue(use(name), "this processor has no " + name);
        assertEquals(name, current());
    }

    void restore() {
        if (!before.isEmpty()) {
            use(before);
        }
    }
}

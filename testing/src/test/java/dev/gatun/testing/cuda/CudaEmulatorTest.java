package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CUDA kernels on the emulator, without Java between, in three orders of threads; with and without its checks. */
class CudaEmulatorTest {
    @BeforeAll
    static void build() {
        Tools.assumeEmulator();
        Tools.check();
    }

    @ParameterizedTest
    @EnumSource(Checked.class)
    void kernels_inEveryOrder_matchLoops(Checked family, @TempDir Path folder) {
        Tools.Outcome outcome = family.run(Tools.kernels(), folder.resolve("kernels.so"), false);
        assertEquals(0, outcome.code(), outcome.output());
    }

    @ParameterizedTest
    @EnumSource(Checked.class)
    void kernels_withChecks_touchWhatIsTheirsAndDoNotRace(Checked family, @TempDir Path folder) {
        Tools.Outcome outcome = family.run(Tools.kernels(), folder.resolve("kernels.so"), true);
        assertEquals(0, outcome.code(), outcome.output());
        assertTrue(outcome.output().isEmpty(), outcome.output());
    }
}

package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CUDA kernels on the emulator, without Java between, in three orders of threads; with and without its checks. */
class CudaEmulatorTest {
    private static final Ahead<Run, Tools.Outcome> OUTCOMES = new Ahead<>();

    @TempDir
    private static Path folder = Path.of("");

    private record Run(Checked family, boolean withChecks) {}

    @BeforeAll
    static void begin() {
        Tools.assumeEmulator();
        Tools.check();
        for (boolean withChecks : new boolean[] {false, true}) {
            for (Checked family : Checked.values()) {
                Path library = folder.resolve(family.family() + (withChecks ? "-checked.so" : ".so"));
                OUTCOMES.begin(new Run(family, withChecks), () -> family.run(Tools.kernels(), library, withChecks));
            }
        }
    }

    @AfterAll
    static void stop() {
        OUTCOMES.close();
    }

    @ParameterizedTest
    @EnumSource(Checked.class)
    void kernels_inEveryOrder_matchLoops(Checked family) throws Exception {
        Tools.Outcome outcome = OUTCOMES.get(new Run(family, false));
        assertEquals(0, outcome.code(), outcome.output());
    }

    @ParameterizedTest
    @EnumSource(Checked.class)
    void kernels_withChecks_touchWhatIsTheirsAndDoNotRace(Checked family) throws Exception {
        Tools.Outcome outcome = OUTCOMES.get(new Run(family, true));
        assertEquals(0, outcome.code(), outcome.output());
        assertTrue(outcome.output().isEmpty(), outcome.output());
    }
}

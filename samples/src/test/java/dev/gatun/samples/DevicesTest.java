package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class DevicesTest {
    /** With a card or without, each library has its line, and the end is a good one. */
    @Test
    void devices_onAnyMachine_areListed() {
        Run run = Run.of("devices");
        run.assertSucceeds();
        List<String> lines = run.lines();
        assertTrue(lines.get(0).startsWith("cpu, "), run.out());
        assertTrue(lines.get(1).startsWith("driver "), run.out());
        assertTrue(lines.get(2).startsWith("NVRTC "), run.out());
        assertTrue(lines.get(3).startsWith("cuBLAS "), run.out());
        assertTrue(lines.get(4).startsWith("cuBLASLt "), run.out());
        assertTrue(lines.get(5).startsWith("cuDNN "), run.out());
        assertEquals("", run.err());
        if (lines.get(1).contains("no driver")) {
            String sentence =
                    "driver   no driver: looked for libcuda.so.1 on the loader path and below GATUN_CUDA_PATH (";
            assertTrue(lines.get(1).startsWith(sentence), run.out());
            assertEquals(6, lines.size(), run.out());
        }
    }
}

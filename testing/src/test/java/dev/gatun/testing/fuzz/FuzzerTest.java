package dev.gatun.testing.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fuzzer in a process of its own, which survives a million calls; and that it sees what is wrong. */
class FuzzerTest {
    private static final long CALLS = Long.getLong("gatun.fuzz.calls", 1_000_000);
    private static final long SEED = Long.getLong("gatun.fuzz.seed", 20261121);

    @TempDir
    Path folder;

    @Test
    void calls_atRandom_areRightOrRefusedAndLeaveNothing() throws Exception {
        Path log = folder.resolve("fuzzer.log");
        int code = run(log, Long.toString(CALLS), Long.toString(SEED));
        String said = Files.readString(log);
        if (code > 3) { // the JVM died: once more, with every call named before it is made
            run(log, "-v", Long.toString(CALLS), Long.toString(SEED));
            List<String> lines = Files.readAllLines(log);
            said = "the JVM ended with code " + code + " in " + lines.getLast() + "\n" + said;
        }
        assertEquals(0, code, said);
        System.out.print(said.lines().filter(line -> line.startsWith("fuzzer: ")).findFirst().orElse(said) + "\n");
    }

    /** Starts it with little memory, so that what is absurd is refused at once; more arguments than a heap would fit. */
    private static int run(Path log, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dgatun.memory.limit=64m",
                "-Dgatun.threads=1"));
        String library = System.getProperty("gatun.library");
        if (library != null) {
            command.add("-Dgatun.library=" + library);
        }
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", path, Fuzzer.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
    }

    @Test
    void complaint_goodAndBadExceptions_areToldApart() {
        assertNull(Judge.complaint(new IllegalArgumentException("add: shapes differ: f32[2], f32[3]")));
        assertNull(Judge.complaint(new IllegalStateException("add: f32[2] was released")));
        assertNotNull(Judge.complaint(new IllegalArgumentException("shapes differ")));
        assertNotNull(Judge.complaint(new IllegalArgumentException("add: two\nlines: f32[2]")));
        assertNotNull(Judge.complaint(new IllegalArgumentException("add: takes no integers")));
        assertNotNull(Judge.complaint(new IndexOutOfBoundsException("add: index: 3")));
        assertNotNull(Judge.complaint(new NumberFormatException("add: index: 3")));
        assertNotNull(Judge.complaint(new NullPointerException()));
    }
}

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
    /** The codes that the fuzzer itself ends with. */
    private static final int DIED = 3;

    private static final long SEED = Long.getLong("gatun.fuzz.seed", 20261121);

    @TempDir
    Path folder;

    /** Half of the calls in each of two processes, so that two cores share them. */
    @Test
    void calls_atRandom_areRightOrRefusedAndLeaveNothing() throws Exception {
        Path[] logs = {folder.resolve("one.log"), folder.resolve("two.log")};
        Process[] halves = new Process[logs.length];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = start(logs[i], Long.toString((CALLS + 1) / 2), Long.toString(SEED + i));
        }
        for (int i = 0; i < halves.length; i++) {
            int code = halves[i].waitFor();
            assertEquals(0, code, code > DIED ? lastCall(code, SEED + i) : Files.readString(logs[i]));
        }
    }

    /** The JVM died: once more, with every call named before it is made. */
    private String lastCall(int code, long seed) throws IOException, InterruptedException {
        Path log = folder.resolve("again.log");
        start(log, "-v", Long.toString((CALLS + 1) / 2), Long.toString(seed)).waitFor();
        return "seed " + seed + ": the JVM ended with code " + code + " in "
                + Files.readAllLines(log).stream()
                        .filter(line -> line.endsWith(";"))
                        .reduce("", (before, line) -> line);
    }

    /** Starts it with little memory, so that what is absurd is refused at once. */
    private static Process start(Path log, String... args) throws IOException {
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
                .start();
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
